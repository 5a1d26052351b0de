import assert from "node:assert/strict";
import { redactor } from "../../../lib/redact";

describe("redactor", () => {
    it("redacts a secret that has no URL encoding, because it contains half of a character", () => {
        const kwargs = String.raw`{"secret_id":"half-\ud800-of"}`;
        const redact = redactor([kwargs]);
        assert.equal(redact(`<${kwargs}>`), "<[redacted]>");
        assert.equal(redact("<half-\ud800-of>"), "<[redacted]>");
    });
});
