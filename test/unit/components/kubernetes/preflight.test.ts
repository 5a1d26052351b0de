import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { DeploymentProvider } from "../../../../components/deploymentProvider";
import { kubernetes } from "../../../../components/kubernetes/preflight";
import { Mocks } from "../mocks";

const FIND = "airflow-deployment:kubernetes:findCluster";
const UID = "0a1b2c3d-0000-0000-0000-000000000000";

describe("preflight of Kubernetes targets", () => {
    async function lookUp(answer: object, kubernetesClusterUid?: string) {
        const mocks = await Mocks.set({ answers: { [FIND]: () => answer } });
        const { problems } = await kubernetes.lookUp([], new DeploymentProvider({}), { kubernetesClusterUid });
        assert.deepEqual(problems, []);
        return mocks.calls.map(({ token }) => token);
    }

    const refused = (answer: object, message: RegExp) =>
        assert.rejects(lookUp(answer, UID), (error) => {
            assert.ok(pulumi.RunError.isInstance(error));
            assert.match(error.message, message);
            return true;
        });

    it("asks for the cluster's UID only if the config has one, and accepts the same", async () => {
        assert.deepEqual(await lookUp({ server: "https://a", uid: UID }, UID), [FIND]);
        assert.deepEqual(await lookUp({}), []);
    });

    it("stops in another cluster, or if it cannot be told", async () => {
        await refused(
            { server: "https://a", uid: "ffffffff" },
            /^The cluster at https:\/\/a has the UID ffffffff, but kubernetesClusterUid in Pulumi\.dev\.yaml is 0a1b2c3d-.*Nothing was changed\. Select that cluster/,
        );
        await refused(
            { refusal: "cannot read the namespace" },
            /^Preflight failed; nothing was changed: cannot read the namespace\.$/,
        );
    });
});
