import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { nearest } from "../../../config/nearest";

const known = ["kind", "address", "mount", "kvVersion", "scope", "namespace", "authMount", "tokenTtl", "secretIdTtl"];

describe("nearest", () => {
    it("finds a key with a missing, additional, different or swapped character, or in another case", () => {
        const pairs = {
            mout: "mount",
            mounts: "mount",
            moumt: "mount",
            adrress: "address",
            knid: "kind",
            kv_version: "kvVersion",
            "auth-mount": "authMount",
            TOKENTTL: "tokenTtl",
            secretIdTTl: "secretIdTtl",
            secretTtl: "secretIdTtl",
        };
        for (const [typed, expected] of Object.entries(pairs)) {
            assert.equal(nearest(typed, known), expected, typed);
        }
    });

    it("finds nothing for a key that is not similar", () => {
        for (const typed of ["", "x", "token", "vault", "password", "region", "mou", "a".repeat(10_000)]) {
            assert.equal(nearest(typed, known), undefined, typed);
        }
    });

    it("returns a known key unchanged", () => {
        fc.assert(fc.property(fc.constantFrom(...known), (key) => nearest(key, known) === key));
    });
});
