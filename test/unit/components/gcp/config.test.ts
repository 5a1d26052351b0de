import * as assert from "node:assert/strict";
import type { Lifecycle } from "../../../../components/backend";
import { gcpSecretManagerKind } from "../../../../components/gcp/kind";
import { trustedPods } from "../../../../stack/keyless";
import { planStack } from "../../../../stack/planStack";
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

/** Returns a Deployment whose target names the pods' service account. */
function keyless(backend: Json): Json {
    return { ...minimal(backend), target: target(NAME, { serviceAccounts: ["scheduler"] }) };
}

const PROVIDER = "projects/123456789012/locations/global/workloadIdentityPools/my-pool/providers/my-cluster";

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
    ["login", ["", "workload_identity", true], /^Allowed: key or workload-identity\. .* leave the key out for key/],
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

    it("is reported for a provider that is missing, useless or not a provider's name", () => {
        const path = `${AT}.backend.workloadIdentityProvider`;
        const login = "workload-identity";
        const bad = [
            PROVIDER.replace("123456789012", "my-project"),
            `//iam.googleapis.com/${PROVIDER}`,
            PROVIDER.replace("global", "europe-west1"),
            PROVIDER.slice(0, PROVIDER.lastIndexOf("/providers")),
            "",
        ];
        for (const workloadIdentityProvider of bad) {
            const found = keyless({ login, workloadIdentityProvider });
            const shown = JSON.stringify(workloadIdentityProvider.slice(0, 60));
            const [line = "", ...others] = problemsIn([found]);
            assert.deepEqual(others, []);
            assert.ok(line.startsWith(`${path}: found ${shown.slice(0, -1)}`), line);
            assert.match(
                line,
                /Allowed: projects\/<number>\/.*the project's number and not its id\. Write what this prints/,
            );
        }
        assertProblem(
            [keyless({ login })],
            path,
            "nothing",
            /^Allowed: the name of a provider, because login: workload-id/,
        );
        const useless = /^Allowed: no such key if login is key\. Write login: workload-identity, or remove the key\.$/;
        for (const more of [{}, { login: "key" }]) {
            const shown = `"${PROVIDER.slice(0, 60)}…"`;
            assertProblem([minimal({ ...more, workloadIdentityProvider: PROVIDER })], path, shown, useless);
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
            ...{ kind: "gcp-secret-manager", project: "my-project", sep: "-", login: "key" },
        });
        assert.deepEqual(problemsIn([minimal({ project: "example.com:my-project" })]), [], "with a domain prefix");
    });

    it("trusts the pods of its target for the provider's audience", () => {
        const [deployment = assert.fail()] = parseDeployments([
            keyless({ login: "workload-identity", workloadIdentityProvider: PROVIDER }),
        ]);
        assert.deepEqual(trustedPods(deployment), {
            namespace: `airflow-${NAME}`,
            serviceAccounts: ["scheduler"],
            audience: `https://iam.googleapis.com/${PROVIDER}`,
            tokenFile: "/var/run/secrets/airflow-secrets-backend/token",
        });
        assert.equal(trustedPods(parseDeployments([minimal()])[0]!), undefined);
    });

    it("has another identity with each provider, and the one that it had with a key", () => {
        const hashOf = (deployment: Json): string => {
            const names = { project: "p", stack: "s", now: new Date(0) };
            return planStack(parseDeployments([deployment]), [], names)[0]!.current.identity;
        };
        const login = "workload-identity";
        const other = PROVIDER.replace("my-cluster", "other");
        const hashes = [
            minimal(),
            keyless({ login, workloadIdentityProvider: PROVIDER }),
            keyless({ login, workloadIdentityProvider: other }),
        ].map(hashOf);
        assert.equal(new Set(hashes).size, 3);
        assert.equal(hashes[0], hashOf(minimal({ login: "key" })));
        assert.equal(hashes[0], "8846ec3c");
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
