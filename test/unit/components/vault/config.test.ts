import { assertProblem, minimal } from "../../stack/fixtures";

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
    ["approleMount", [["auth//approle", '"auth//approle"']], /^Allowed: path segments .* AppRole .* "approle"\.$/],
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
        "secretIdBoundCidrs",
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

    it("is reported for each CIDR block", () => {
        for (const cidr of cidrs) {
            const found = [minimal(NAME, { secretIdBoundCidrs: ["10.0.0.0/8", cidr] })];
            const rest = /^Allowed: an IPv4 address with \/0 to \/32, .* Write e\.g\. 10\.0\.0\.0\/8 /;
            assertProblem(found, `${AT}.backend.secretIdBoundCidrs[1]`, JSON.stringify(cidr), rest);
        }
    });
});
