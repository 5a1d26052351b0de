import * as assert from "node:assert/strict";
import type { Lifecycle } from "../../../../components/backend";
import { gcpSecretManagerKind } from "../../../../components/gcp/kind";
import { assertProblem, problemsIn, parseDeployments, target } from "../../stack/fixtures";

const NAME = "solar-dust-1234";
const AT = `deployments[0] (${NAME})`;

type Json = Record<string, unknown>;

function minimal(backend: Json = {}, name = NAME): Json {
    const all = {
        name,
        backend: { kind: "gcp-secret-manager", project: "my-project", ...backend },
        target: target(name),
    };
    return JSON.parse(JSON.stringify(all)) as Json;
}

const cases: [key: string, values: unknown[], rest: RegExp][] = [
    [
        "project",
        ["", "My Project", "123456789012", "abc", "-project", "project-"],
        /^Allowed: the id of a Google Cloud project: /,
    ],
    [
        "scope",
        ["", "a.b", "a/b", "a b", 'a"b', "a".repeat(151)],
        /^Allowed: at most 150 letters, digits, "_" and "-", .*\(no "\."\)/,
    ],
    ["variablesPrefix", ["airflow.variables", "", "ä"], /^Allowed: at most 150 letters, .* for airflow-variables\.$/],
    ["connectionsPrefix", ["a/b"], /^Allowed: at most 150 letters, .* for airflow-connections\.$/],
    ["sep", ["/", "", "--"], /^Allowed: - or _\./],
    ["generation", [1, 2], /^Allowed: no such key: the stack replaces each credential by itself, .*\. Remove it\.$/],
];

describe("a problem in a backend of kind gcp-secret-manager", () => {
    for (const [key, values, rest] of cases) {
        it(`is reported with path, value and rule: ${key}`, () => {
            for (const value of values) {
                const shown = String(value).length > 60 ? `"${String(value).slice(0, 60)}…"` : JSON.stringify(value);
                assertProblem([minimal({ [key]: value })], `${AT}.backend.${key}`, shown, rest);
            }
        });
    }

    it("is reported for what is not a list of locations", () => {
        const cases: readonly [value: unknown, found: string, rest: RegExp][] = [
            ["europe-west1", '"europe-west1"', /^Allowed: a list of Google Cloud locations\. Write the locations/],
            [[], "an empty list", /^Allowed: a list of Google Cloud locations\. Write the locations/],
            [["europe-west1", "europe-west1"], "a list of 2", /^Allowed: a list without duplicates\./],
        ];
        for (const [replication, found, rest] of cases) {
            assertProblem([minimal({ replication })], `${AT}.backend.replication`, found, rest);
        }
        for (const location of ["global", "Europe", "eu", 1]) {
            assertProblem(
                [minimal({ replication: ["europe-west1", location] })],
                `${AT}.backend.replication[1]`,
                JSON.stringify(location),
                /^Allowed: a Google Cloud location\. Write e\.g\. europe-west1/,
            );
        }
    });

    it("is reported for a prefix together with a scope", () => {
        const rest = "Allowed: no prefix if scope is set. Write either scope or both prefixes.";
        assertProblem(
            [minimal({ scope: "a", connectionsPrefix: "b" })],
            `${AT}.backend.connectionsPrefix`,
            '"b"',
            rest,
        );
    });
});

describe("a backend of kind gcp-secret-manager", () => {
    it("has defaults for all but the project", () => {
        assert.deepEqual(parseDeployments([minimal()])[0]!.backend, {
            ...{ kind: "gcp-secret-manager", project: "my-project", sep: "-" },
        });
        assert.deepEqual(problemsIn([minimal({ project: "example.com:my-project" })]), [], "with a domain prefix");
    });

    it("takes locations for the test secrets, which are not part of the identity or the place", () => {
        const [{ backend } = assert.fail()] = parseDeployments([minimal({ replication: ["europe-west1"] })]);
        assert.deepEqual((backend as Json).replication, ["europe-west1"]);
        const { identityKeys, placeKeys }: Lifecycle = gcpSecretManagerKind.lifecycle;
        assert.ok(![...identityKeys, ...placeKeys].includes("replication"));
    });

    it("only overlaps with others in its project, and a scope can be the beginning of another one", () => {
        const pair = (a: Json, b: Json) => problemsIn([minimal(a, "a"), minimal(b, "b")]);
        assert.equal(pair({}, {}).length, 1);
        assert.deepEqual(pair({}, { project: "other-project" }), []);
        assert.deepEqual(pair({ scope: "x" }, { scope: "xy" }), []);
        assert.equal(pair({}, { scope: "airflow-variables" }).length, 1, "airflow-variables-airflow-variables-…");
        assert.equal(pair({ variablesPrefix: "x" }, { scope: "x" }).length, 1);
    });
});
