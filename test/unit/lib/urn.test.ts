import assert from "node:assert/strict";
import { urnParts, urnStack } from "../../../lib/urn";

describe("urnParts", () => {
    it("returns the resource's own type and its whole name", () => {
        const urn = "urn:pulumi:dev::project::a:index:Parent$vault:index/policy:Policy::my::name";
        assert.deepEqual(urnParts(urn), {
            type: "vault:index/policy:Policy",
            parentType: "a:index:Parent",
            name: "my::name",
        });
    });
});

describe("urnStack", () => {
    it("returns the stack's name", () => {
        assert.equal(urnStack("urn:pulumi:dev::project::vault:index/policy:Policy::a"), "dev");
    });
});
