import assert from "node:assert/strict";
import { planStack } from "../../../../stack/planStack";
import { assertProblem, minimal, parseDeployments, target } from "../../stack/fixtures";

const NAME = "solar-dust-1234";
const AT = `deployments[0] (${NAME})`;

/** Keys of the backend with wrong values, their description in the message, and the rest of the message. */
const backendCases: [key: string, values: [unknown, string][], rest: RegExp][] = [
    [
        "address",
        [
            [undefined, "nothing"],
            [null, "null (a key without a value)"],
            ["vault.example.com", '"vault.example.com"'],
            ["ftp://vault.example.com", '"ftp://vault.example.com"'],
            ["https:///x", '"https:///x"'],
            ["https://", '"https://"'],
            ["https://a b", '"https://a b"'],
            [" https://a", '" https://a"'],
            ["https:\\\\a", '"https:\\\\\\\\a"'],
            ["https://a:99999", '"https://a:99999"'],
            ["https://a#", '"https://a#"'],
            ["https://a?", '"https://a?"'],
            ["https://@a", '"https://…@a"'],
            ["javascript:alert(1)", '"javascript:alert(1)"'],
            [7, "7"],
            ["https://a/v1", '"https://a/v1"'],
            ["https://a/v1/secret", '"https://a/v1/secret"'],
            ["https://a/ui/", '"https://a/ui/"'],
            ["https://a/vault/ui/vault/secrets", '"https://a/vault/ui/vault/secrets"'],
            [["https://a"], "a list of 1"],
        ],
        /^Allowed: an http or https URL without user info, .* and without \/v1 or \/ui in its path\. Write the URL .* \/v1 itself\./,
    ],
    [
        "mount",
        [
            ["", '""'],
            ["/secret", '"/secret"'],
            ["secret/", '"secret/"'],
            ["a//b", '"a//b"'],
            ["a/../b", '"a/../b"'],
            ["./a", '"./a"'],
            ["my mount", '"my mount"'],
            ["{{identity}}", '"{{identity}}"'],
            ["a*", '"a*"'],
            ["+/a", '"+/a"'],
            ["é", '"é"'],
            ["a\n", '"a\\n"'],
        ],
        /^Allowed: path segments of .* joined by "\/", .* Write the path of the KV mount, or .* "secret"\.$/,
    ],
    [
        "scope",
        [
            ["", '""'],
            ["a/b", '"a/b"'],
            ["..", '".."'],
            [".", '"."'],
            ["a{{b", '"a{{b"'],
            [{}, "a mapping"],
        ],
        /^Allowed: one path segment of .* Write e\.g\. the Deployment's name/,
    ],
    [
        "namespace",
        [
            ["team a", '"team a"'],
            ["a/", '"a/"'],
            ["/a", '"/a"'],
            ["root", '"root"'],
            ["a/sys", '"a/sys"'],
        ],
        /^Allowed: path segments .* of which none is root, .* or identity\. Write a Vault Enterprise/,
    ],
    [
        "only",
        [["both", '"both"']],
        /^Allowed: connections or variables\. Write what Airflow looks up in the backend, or /,
    ],
    [
        "caFile",
        [
            ["ca.pem", '"ca.pem"'],
            ["/etc/", '"/etc/"'],
            ["/a\nb", '"/a\\nb"'],
            [true, "true"],
        ],
        /^Allowed: an absolute path without control characters\. Write where the image of Airflow /,
    ],
    ["authMount", [["auth//approle", '"auth//approle"']], /^Allowed: path segments .* auth method, .* "approle"\.$/],
    [
        "login",
        [
            ["token", '"token"'],
            [null, "null (a key without a value)"],
        ],
        /^Allowed: approle, kubernetes, jwt\. Write the type .* for approle\.$/,
    ],
    [
        "kvVersion",
        [
            [3, "3"],
            [null, "null (a key without a value)"],
        ],
        /^Allowed: 1 or 2\. Write the version .* for 2\.$/,
    ],
    [
        "tokenTtl",
        [
            [0, "0"],
            [1201, "1201"],
            [1.5, "1.5"],
            [-1, "-1"],
            [true, "true"],
        ],
        /^Allowed: whole seconds from 1 to 1200 \(20 minutes\)\. Write .* for 1200\.$/,
    ],
    [
        "secretIdTtl",
        [
            [3599, "3599"],
            [1e300, "1e+300"],
        ],
        /^Allowed: whole seconds from 3600 \(1 hour\) .* \(30 days\)\.$/,
    ],
    [
        "generation",
        [
            [1, "1"],
            [2, "2"],
            [null, "null (a key without a value)"],
        ],
        /^Allowed: no such key: the stack replaces each credential by itself, .* rotation\.every\. Remove it\.$/,
    ],
    [
        "boundCidrs",
        [
            [[], "an empty list"],
            ["10.0.0.0/8", '"10.0.0.0/8"'],
        ],
        /^Allowed: a list of at least one /,
    ],
];

const cidrs = [
    "10.0.0.0",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/08",
    "10.0.0/8",
    "::/129",
    "fe80::1%eth0/64",
    "/8",
    "",
];

describe("a problem in a backend of kind vault", () => {
    for (const [key, values, rest] of backendCases) {
        it(`is reported with path, value and rule: ${key}`, () => {
            for (const [value, what] of values) {
                assertProblem([minimal(NAME, { [key]: value })], `${AT}.backend.${key}`, what, rest);
            }
        });
    }

    it("is a prefix that is no path below the mount", () => {
        const vault = { kind: "vault", address: "https://vault.example.com" };
        const found = (key: string, value: string) => [{ ...minimal(NAME), backend: { ...vault, [key]: value } }];
        const rest = "below the mount, or leave the key out for";
        assertProblem(
            found("variablesPrefix", "a/"),
            `${AT}.backend.variablesPrefix`,
            '"a/"',
            new RegExp(`${rest} var`),
        );
        assertProblem(
            found("connectionsPrefix", ""),
            `${AT}.backend.connectionsPrefix`,
            '""',
            new RegExp(`${rest} con`),
        );
    });

    it("is a prefix of its own together with a scope", () => {
        const found = [minimal(NAME, { connectionsPrefix: "airflow/connections" })];
        const rest = "Allowed: no prefix if scope is set. Write either scope or both prefixes.";
        assertProblem(found, `${AT}.backend.connectionsPrefix`, '"airflow/connections"', rest);
    });

    const login = (name: string, more: object) => [
        minimal(NAME, { login: name, ...more }, { target: target(NAME, { serviceAccounts: ["scheduler"] }) }),
    ];

    it("is an audience that is none, or looks like several", () => {
        const rest =
            /^Allowed: 1 to 200 characters without spaces, quotes and commas\. Write the audience .* for "vault"\.$/;
        for (const audience of ["", "a b", "a,b", "a\n"]) {
            const found = login("jwt", { audience });
            assertProblem(found, `${AT}.backend.audience`, JSON.stringify(audience), rest);
        }
    });

    it("is a key of another login", () => {
        for (const name of ["kubernetes", "jwt"]) {
            assertProblem(
                login(name, { secretIdTtl: 3600 }),
                `${AT}.backend.secretIdTtl`,
                "3600",
                "Allowed: this key with login: approle. Remove the key, or write login: approle.",
            );
        }
        assertProblem(
            [minimal(NAME, { audience: "vault" })],
            `${AT}.backend.audience`,
            '"vault"',
            "Allowed: this key with login: kubernetes or jwt. Remove the key, or write login: kubernetes.",
        );
    });

    it("is reported for each CIDR block", () => {
        for (const cidr of cidrs) {
            const found = [minimal(NAME, { boundCidrs: ["10.0.0.0/8", cidr] })];
            const rest = /^Allowed: an IPv4 address with \/0 to \/32, .* Write e\.g\. 10\.0\.0\.0\/8 /;
            assertProblem(found, `${AT}.backend.boundCidrs[1]`, JSON.stringify(cidr), rest);
        }
    });
});

describe("a backend of kind vault that trusts the pods", () => {
    const parse = (backend: object, accounts = ["worker", "scheduler"]) => {
        const found = minimal(NAME, { ...backend }, { target: target(NAME, { serviceAccounts: accounts }) });
        const [deployment] = planStack(parseDeployments([found]), [], {
            project: "project",
            stack: "dev",
            now: new Date("2026-11-27T00:00:00Z"),
        });
        assert.ok(deployment !== undefined);
        return deployment;
    };

    it("has the login's auth method and the audience vault by default, and no TTL of a secret id", () => {
        for (const login of ["kubernetes", "jwt"]) {
            const { authMount, audience, secretIdTtl } = parse({ login }).backend as unknown as Record<string, unknown>;
            assert.deepEqual([authMount, audience, secretIdTtl], [login, "vault", undefined]);
        }
    });

    it("tells which pods, with which token", () => {
        assert.deepEqual(parse({ login: "kubernetes", audience: "https://vault.example.com" }).pods, {
            namespace: `airflow-${NAME}`,
            serviceAccounts: ["scheduler", "worker"],
            audience: "https://vault.example.com",
            tokenFile: "/var/run/secrets/airflow-secrets-backend/token",
        });
    });

    it("is another identity with another login, auth method, audience, CIDR block or pod, but not with a default", () => {
        const of = (...args: Parameters<typeof parse>): string => parse(...args).current.identity;
        const first = of({ login: "kubernetes" });
        assert.equal(of({ login: "kubernetes", authMount: "kubernetes", audience: "vault" }), first);
        assert.equal(of({ login: "kubernetes", tokenTtl: 60 }), first);
        const others = [
            of({ login: "jwt" }),
            of({ login: "jwt", authMount: "kubernetes" }),
            of({ login: "kubernetes", authMount: "clusters/eu" }),
            of({ login: "kubernetes", audience: "another" }),
            of({ login: "kubernetes", boundCidrs: ["10.0.0.0/8"] }),
            of({ login: "kubernetes" }, ["scheduler"]),
        ];
        assert.equal(new Set([first, ...others]).size, others.length + 1);
    });
});
