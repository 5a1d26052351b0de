import assert from "node:assert/strict";
import { withoutCredentials } from "../../../../scripts/preview/redact";
import { assertLinear } from "../../growth";

describe("the output of a program", () => {
    it("has the credentials of the environment redacted, plain and encoded", () => {
        const env = { VAULT_TOKEN: "root-token-1", AWS_SECRET_ACCESS_KEY: "a/b+c=d", HOME: "/home/somebody" };
        const base64 = Buffer.from("root-token-1").toString("base64");
        assert.equal(
            withoutCredentials(`root-token-1 a%2Fb%2Bc%3Dd ${base64} /home/somebody`, env),
            "[redacted] [redacted] [redacted] /home/somebody",
        );
    });

    it("has everything redacted that looks like a credential", () => {
        const key = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----";
        for (const text of [
            key,
            key.slice(0, 40),
            "eyJhbGciOi.eyJzdWIi.c2ln",
            "hvs.CAESIJ0123456789abcdefgh",
            `ghp_${"a".repeat(36)}`,
            `pul-${"0".repeat(40)}`,
        ]) {
            assert.equal(withoutCredentials(`error: ${text}`, {}), "error: [redacted]", text);
        }
        for (const user of ["user:pass", "user:p@ss", "user:p:a:s:s"]) {
            assert.equal(withoutCredentials(`see postgres://${user}@db/a@b`, {}), "see postgres://[redacted]@db/a@b");
        }
    });

    it("has a JSON web token redacted wherever it begins", () => {
        for (const before of ["Bearer ", "token=", "-", "x.", '{"a":"']) {
            const text = withoutCredentials(`${before}eyJhbGciOi.eyJzdWIi.c2ln"`, {});
            assert.match(text, /\[redacted\]"$/);
            assert.doesNotMatch(text, /eyJ/);
        }
    });

    it("is redacted in a time that grows with its length only, whatever it contains", function () {
        this.timeout(60_000);
        this.slow(20_000);
        const parts = [
            ...["://", "://a:a:", "a:", "a@", "eyJ", "eyJ-", "eyJ.", "-", "a", ".", " ", "\n", "\u001b[", ";"],
            ...["-----BEGIN ", "PRIVATE KEY", "-----BEGIN PRIVATE KEY-----", "-----END ", "hvs.", "ghp_", "pul-0"],
        ];
        assertLinear((text) => withoutCredentials(text, { TOKEN: "a:a:a:a" }), parts);
    });

    it("is otherwise unchanged", () => {
        const output =
            'error: deployments[0].backend.kind: found "valt". See https://example.com:8443/a@b and ssh://git@a/b';
        assert.equal(withoutCredentials(output, { SHORT_TOKEN: "error" }), output);
    });
});
