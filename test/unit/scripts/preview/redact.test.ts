import assert from "node:assert/strict";
import { withoutCredentials } from "../../../../scripts/preview/redact";

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
        assert.equal(withoutCredentials("postgres://user:pass@db/state", {}), "postgres://[redacted]@db/state");
    });

    it("is otherwise unchanged", () => {
        const output = 'error: deployments[0].backend.kind: found "valt". See https://example.com:8443/a@b';
        assert.equal(withoutCredentials(output, { SHORT_TOKEN: "error" }), output);
    });
});
