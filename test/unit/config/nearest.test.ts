import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { nearest } from "../../../config/nearest";

const known = [
    "kind",
    "address",
    "mount",
    "kvVersion",
    "scope",
    "namespace",
    "approleMount",
    "tokenTtl",
    "secretIdTtl",
];

describe("nearest", () => {
    it("sees through a dropped, added, changed or swapped character, and through another case", () => {
        const pairs = {
            mout: "mount",
            mounts: "mount",
            moumt: "mount",
            adrress: "address",
            knid: "kind",
            kv_version: "kvVersion",
            "approle-mount": "approleMount",
            TOKENTTL: "tokenTtl",
            secretIdTTl: "secretIdTtl",
            secretTtl: "secretIdTtl",
        };
        for (const [typed, meant] of Object.entries(pairs)) {
            assert.equal(nearest(typed, known), meant, typed);
        }
    });

    it("does not guess", () => {
        for (const typed of ["", "x", "token", "vault", "password", "region", "mou", "a".repeat(10_000)]) {
            assert.equal(nearest(typed, known), undefined, typed);
        }
    });

    it("gives what is known for itself", () => {
        fc.assert(fc.property(fc.constantFrom(...known), (key) => nearest(key, known) === key));
    });
});
