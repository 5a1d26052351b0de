import assert from "node:assert/strict";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { applyChanges, nativeDiff } from "../../../../sandbox/providers/azure/native/diff";

const { Kind } = messages.PropertyDiff;

describe("the provider host's azure-native", () => {
    function diff(old: Record<string, unknown>, wanted: Record<string, unknown>) {
        const response = nativeDiff(old, wanted, ["vaultName", "policy.objectId"]);
        const details = response.getDetaileddiffMap().toObject(false, (_, detail: messages.PropertyDiff) => detail);
        return {
            changes: details.map(([path, detail]) => [path, detail.getKind()]),
            replaces: response.getReplacesList(),
            deletesFirst: response.getDeletebeforereplace(),
        };
    }

    it("deletes before it replaces", () => {
        const changed = diff({ vaultName: "one" }, { vaultName: "two" });
        assert.deepEqual(changed, {
            changes: [["vaultName", Kind.UPDATE_REPLACE]],
            replaces: ["vaultName"],
            deletesFirst: true,
        });
    });

    it("replaces for a change in one part of an input, and in no other part", () => {
        const policy = (objectId: string, secrets: string[]) => ({ policy: { objectId, permissions: { secrets } } });
        assert.deepEqual(diff(policy("1", ["get"]), policy("2", ["get"])).replaces, ["policy.objectId"]);
        assert.deepEqual(diff(policy("1", ["get"]), policy("1", ["get", "list"])), {
            changes: [["policy.permissions.secrets[1]", Kind.ADD]],
            replaces: [],
            deletesFirst: false,
        });
    });

    it("ignores how a location is written", () => {
        assert.deepEqual(diff({ location: "westeurope" }, { location: "West Europe" }).changes, []);
        assert.equal(diff({ location: "westeurope" }, { location: "North Europe" }).changes.length, 1);
    });

    it("applies changes in the outputs to the inputs, and nothing else", () => {
        const inputs = { properties: { enableRbacAuthorization: true, publicNetworkAccess: "enabled" } };
        const before = { properties: { enableRbacAuthorization: true, publicNetworkAccess: "Enabled", retention: 90 } };
        assert.deepEqual(applyChanges(inputs, before, before), inputs);
        const now = { properties: { ...before.properties, enableRbacAuthorization: false }, tags: { by: "somebody" } };
        assert.deepEqual(applyChanges(inputs, before, now), {
            properties: { enableRbacAuthorization: false, publicNetworkAccess: "enabled" },
            tags: { by: "somebody" },
        });
        assert.deepEqual(applyChanges({ tags: { by: "us" } }, { tags: { by: "us" } }, {}), {});
    });
});
