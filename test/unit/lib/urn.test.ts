import assert from "node:assert/strict";
import { urnParts } from "../../../lib/urn";

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
