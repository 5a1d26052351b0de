import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { assertProblem, problemsIn, parseDeployments, target } from "../../stack/fixtures";

const NAME = "solar-dust-1234";
const AT = `deployments[0] (${NAME})`;
const KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd";

type Json = Record<string, unknown>;
type Kind = "aws-secrets-manager" | "aws-parameter-store";
const kinds: readonly Kind[] = ["aws-secrets-manager", "aws-parameter-store"];

/** Returns a minimal Deployment, without keys whose value is undefined. */
function minimal(kind: Kind, backend: Json = {}, name = NAME, rest: Json = {}): Json {
    const all = { name, backend: { kind, region: "eu-central-1", ...backend }, target: target(name), ...rest };
    return JSON.parse(JSON.stringify(all)) as Json;
}

const parsed = (kind: Kind, backend: Json = {}) => parseDeployments([minimal(kind, backend)])[0]!.backend;

/** Keys of both kinds with wrong values, and the message after the value. */
const both: [key: string, values: unknown[], rest: RegExp][] = [
    [
        "region",
        ["", "eu-central", "us east 1", "eu-central-1a", "EU-CENTRAL-1", "europe-west1", "eu-central-1\n"],
        /^Allowed: an AWS region\. Write the region of the secrets/,
    ],
    ["scope", ["", "a/b", "..", "a*", "a?", "${aws:username}", "a b"], /^Allowed: one path segment .* for no scope\.$/],
    [
        "kmsKeyArn",
        [
            "alias/airflow",
            "1234abcd-12ab-34cd-56ef-1234567890ab",
            "arn:aws:kms:eu-central-1:111122223333:alias/airflow",
            "arn:aws:kms:eu-central-1:1111:key/a",
            "arn:aws:kms:eu-central-1:111122223333:key/*",
            "arn:aws:s3:::bucket",
        ],
        /^Allowed: the ARN of a KMS key, .* for the AWS managed key\.$/,
    ],
    [
        "iamPath",
        ["airflow", "/airflow", "airflow/", "", "//", "/a b/"],
        /^Allowed: an IAM path that begins and ends with a slash\./,
    ],
    [
        "permissionsBoundary",
        [
            "boundary",
            "arn:aws:iam::111122223333:role/a",
            "arn:aws:iam::1:policy/a",
            "arn:aws:iam::111122223333:policy/*",
        ],
        /^Allowed: the ARN of an IAM policy\./,
    ],
    [
        "variablesLookupPattern",
        [""],
        /^Allowed: a Python regular expression that is not empty\. .* the beginning of a variable's key, /,
    ],
    [
        "connectionsLookupPattern",
        [""],
        /^Allowed: a Python regular expression that is not empty\. .* the beginning of a connection's id, /,
    ],
    ["login", ["key", "", true], /^Allowed: access-key or web-identity\. Write web-identity to let the pods log in/],
    ["credentialIn", ["env", ""], /^Allowed: kwargs or environment\. Write environment to give the access key to/],
    ["generation", [1, 2], /^Allowed: no such key: the stack replaces each credential by itself, .*\. Remove it\.$/],
];

describe("extraConnWords of a backend of kind aws-secrets-manager", () => {
    const at = `${AT}.backend.extraConnWords`;
    const of = (extraConnWords: unknown) => [minimal("aws-secrets-manager", { extraConnWords })];

    it("takes further names of the fields that the provider documents", () => {
        assert.deepEqual(problemsIn(of({ user: ["db_user", "dbuser"], conn_type: ["kind"] })), []);
        assert.equal(problemsIn([minimal("aws-parameter-store", { extraConnWords: {} })]).length, 1);
    });

    it("is reported with path, value and rule", () => {
        assertProblem(of({ user: [] }), `${at}.user`, "an empty list", /^Allowed: a list of field names\. Write what/);
        assertProblem(of({ host: [""] }), `${at}.host[0]`, '""', /^Allowed: a field name that is not empty\./);
        assert.match(problemsIn(of({ username: ["a"] })).join(), /username.* user, password, host, schema, conn_type/);
    });
});

for (const kind of kinds) {
    describe(`a problem in a backend of kind ${kind}`, () => {
        for (const [key, values, rest] of both) {
            it(`is reported with path, value and rule: ${key}`, () => {
                for (const value of values) {
                    assertProblem(
                        [minimal(kind, { [key]: value })],
                        `${AT}.backend.${key}`,
                        JSON.stringify(value),
                        rest,
                    );
                }
            });
        }

        it("is reported for a prefix with characters that AWS refuses, or that widen the grant", () => {
            const root = kind === "aws-parameter-store" ? "/" : "";
            for (const text of ["a b", "a*", "a?", "ä", "a:b", "a/", "${a}", "", "a".repeat(201)]) {
                for (const key of ["variablesPrefix", "connectionsPrefix"]) {
                    const value = text === "" ? "" : `${root}${text}`;
                    const [line, ...others] = problemsIn([minimal(kind, { [key]: value })]);
                    assert.deepEqual(others, []);
                    assert.match(line ?? "no problem", new RegExp(`^deployments\\[0\\] .*backend\\.${key}: found`));
                }
            }
        });

        it("is reported for a prefix together with a scope", () => {
            const prefix = kind === "aws-parameter-store" ? "/a" : "a";
            const rest = "Allowed: no prefix if scope is set. Write either scope or both prefixes.";
            const found = [minimal(kind, { scope: "a", variablesPrefix: prefix })];
            assertProblem(found, `${AT}.backend.variablesPrefix`, JSON.stringify(prefix), rest);
        });

        it("is reported for a KMS key in another region, together with other problems", () => {
            const found = [minimal(kind, { region: "us-east-1", kmsKeyArn: KEY })];
            const rest = /^Allowed: a key in the backend's region\. /;
            assertProblem(found, `${AT}.backend.kmsKeyArn`, JSON.stringify(KEY), rest);
            assert.equal(problemsIn([minimal(kind, { region: "us-east-1", kmsKeyArn: KEY, scope: "" })]).length, 2);
        });

        it("is reported for a key of another kind", () => {
            assert.match(problemsIn([minimal(kind, { mount: "secret" })])[0] ?? "", /backend\.mount/);
        });
    });
}

describe("an AWS backend", () => {
    it("has defaults for all keys but the region", () => {
        assert.deepEqual(parsed("aws-secrets-manager"), {
            ...{ kind: "aws-secrets-manager", region: "eu-central-1", login: "access-key", sep: "/" },
            recoveryWindowInDays: 30,
        });
        assert.deepEqual(parsed("aws-parameter-store"), {
            ...{ kind: "aws-parameter-store", region: "eu-central-1", login: "access-key" },
        });
        const { region, ...none } = minimal("aws-parameter-store").backend as Json;
        assert.equal(region, "eu-central-1");
        const found = [{ ...minimal("aws-parameter-store"), backend: none }];
        assertProblem(found, `${AT}.backend.region`, "nothing", /^Allowed: an AWS region\./);
    });

    it("accepts the regions of all partitions", () => {
        for (const region of ["us-gov-west-1", "cn-northwest-1", "ap-southeast-5", "us-iso-east-1", "mx-central-1"]) {
            assert.deepEqual(problemsIn([minimal("aws-secrets-manager", { region })]), []);
        }
    });

    it("accepts only the recovery windows of Secrets Manager", () => {
        for (const [days, isGood] of [
            [0, true],
            [7, true],
            [30, true],
            [1, false],
            [6, false],
            [31, false],
        ] as const) {
            const found = problemsIn([minimal("aws-secrets-manager", { recoveryWindowInDays: days })]);
            assert.equal(found.length === 0, isGood, String(days));
        }
        assert.equal(problemsIn([minimal("aws-parameter-store", { recoveryWindowInDays: 0 })]).length, 1);
    });

    it("accepts only paths as Parameter Store prefixes, without those that AWS reserves", () => {
        for (const [prefix, isGood] of [
            ["/data/airflow/vars", true],
            ["data/vars", false],
            ["/aws/vars", false],
            ["/SSM-vars", false],
            ["//vars", false],
            [`/${Array.from({ length: 13 }, () => "a").join("/")}`, true],
            [`/${Array.from({ length: 14 }, () => "a").join("/")}`, false],
        ] as const) {
            const found = problemsIn([minimal("aws-parameter-store", { variablesPrefix: prefix })]);
            assert.equal(found.length === 0, isGood, prefix);
        }
    });
});

describe("two Deployments in one AWS account", () => {
    const names = fc.oneof(
        fc.record({ scope: fc.constantFrom(undefined, "a", "ab", "variables") }),
        fc.record({
            variablesPrefix: fc.constantFrom(undefined, "airflow/a", "airflow/variables", "b"),
            connectionsPrefix: fc.constantFrom(undefined, "airflow", "airflow/variables/x", "b/c"),
        }),
    );
    const backend = fc.record({
        names,
        sep: fc.constantFrom("/", "-"),
        region: fc.constantFrom("eu-central-1", "us-east-1"),
    });
    type Side = typeof backend extends fc.Arbitrary<infer T> ? T : never;

    /** Implemented independently of the program. */
    function prefixes({ names, sep }: Side): string[] {
        const { scope, variablesPrefix, connectionsPrefix } = names as Partial<Record<string, string>>;
        const root = ["airflow", scope].filter((part) => part !== undefined).join("/");
        return [
            `${variablesPrefix ?? `${root}/variables`}${sep}`,
            `${connectionsPrefix ?? `${root}/connections`}${sep}`,
        ];
    }

    it("are refused exactly if one of them could read the other's secrets", () => {
        fc.assert(
            fc.property(backend, backend, (a, b) => {
                const overlap = prefixes(a).some((p) => prefixes(b).some((q) => p.startsWith(q) || q.startsWith(p)));
                const [one, two] = [a, b].map(({ names: keys, ...rest }, index) =>
                    minimal("aws-secrets-manager", { ...keys, ...rest }, `d-${index}`),
                );
                const found = problemsIn([one, two]);
                assert.equal(found.length, overlap && a.region === b.region ? 1 : 0, found.join("\n"));
            }),
            { numRuns: 200 },
        );
    });

    it("never overlap across the two services", () => {
        assert.deepEqual(problemsIn([minimal(kinds[0]!, {}, "a"), minimal(kinds[1]!, {}, "b")]), []);
    });

    it("get the advice to write a scope, but not together with prefixes", () => {
        const two = (backend: Json) => kinds.map((_, i) => minimal("aws-parameter-store", backend, `d-${i}`));
        assert.match(problemsIn(two({}))[0] ?? "", / Write scope: d-1 in deployments\[1\] \(d-1\)\.backend\.$/);
        const own = { variablesPrefix: "/v", connectionsPrefix: "/c" };
        assert.match(problemsIn(two(own))[0] ?? "", / Give one of them another scope or other prefixes\.$/);
    });
});
