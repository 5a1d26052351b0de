import assert from "node:assert/strict";
import { ClusterError } from "../../../components/kubernetes/clusterError";
import { clusterIdentity } from "../../../provider/clusterIdentity";

describe("the function findCluster", () => {
    it("returns the cluster's address and UID, or why they cannot be read", async () => {
        const found = { server: "https://10.0.0.1:6443", uid: "uid-1" };
        assert.deepEqual(await clusterIdentity(() => ({ identity: () => Promise.resolve(found) })).call({}), found);
        const refused = { identity: () => Promise.reject(new ClusterError("cannot read", 403)) };
        assert.deepEqual(await clusterIdentity(() => refused).call({}), { refusal: "cannot read" });
        const broken = { identity: () => Promise.reject(new TypeError("a bug")) };
        await assert.rejects(clusterIdentity(() => broken).call({}), TypeError);
    });
});
