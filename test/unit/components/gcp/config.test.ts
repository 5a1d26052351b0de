import * as assert from "node:assert/strict";
import { assertMistake, mistakesIn, parseDeployments, target } from "../../stack/fixtures";

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
];

describe("a mistake in a backend of kind gcp-secret-manager", () => {
    for (const [key, values, rest] of cases) {
        it(`is told with place, finding and rule: ${key}`, () => {
            for (const value of values) {
                const shown = String(value).length > 60 ? `"${String(value).slice(0, 60)}…"` : JSON.stringify(value);
                assertMistake([minimal({ [key]: value })], `${AT}.backend.${key}`, shown, rest);
            }
        });
    }

    it("is a scope beside a prefix", () => {
        const rest = "Allowed: nothing beside scope. Write either scope or both prefixes.";
        assertMistake(
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
            ...{ kind: "gcp-secret-manager", project: "my-project", sep: "-", generation: 1 },
        });
        assert.deepEqual(mistakesIn([minimal({ project: "example.com:my-project" })]), [], "of a company's domain");
    });

    it("overlaps with another of its project only, and one scope can be the beginning of another", () => {
        const pair = (a: Json, b: Json) => mistakesIn([minimal(a, "a"), minimal(b, "b")]);
        assert.equal(pair({}, {}).length, 1);
        assert.deepEqual(pair({}, { project: "other-project" }), []);
        assert.deepEqual(pair({ scope: "x" }, { scope: "xy" }), []);
        assert.equal(pair({}, { scope: "airflow-variables" }).length, 1, "airflow-variables-airflow-variables-…");
        assert.equal(pair({ variablesPrefix: "x" }, { scope: "x" }).length, 1);
    });
});
