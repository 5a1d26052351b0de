import assert from "node:assert/strict";
import { DeploymentProvider } from "../../../components/deploymentProvider";
import type { ClusterConfig } from "../../../components/kubernetes/connection";
import { Mocks, settled, type Registered } from "./mocks";

async function registered(config: ClusterConfig): Promise<Registered> {
    const mocks = await Mocks.set();
    new DeploymentProvider(config);
    await settled();
    return mocks.one("pulumi:providers:airflow-deployment");
}

describe("DeploymentProvider", () => {
    it("has the cluster that the config names, and a kubeconfig as a secret", async () => {
        const { inputs, secrets } = await registered({ kubeconfig: "apiVersion: v1", context: "production" });
        assert.deepEqual(inputs, { kubeconfig: "apiVersion: v1", context: "production" });
        assert.deepEqual(secrets, ["kubeconfig"]);
    });

    it("is the same resource if the config names no cluster, and does not contain KUBECONFIG", async () => {
        const { name, inputs } = await registered({});
        assert.deepEqual(inputs, {});
        assert.equal(name, (await registered({ context: "production" })).name);
    });
});
