import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import program from "../../../index";
import { Mocks, settled } from "../components/mocks";
import { STASH } from "../components/mockState";
import { ownerOf } from "../components/current";
import { DevStack, KEY } from "../devStack";

describe("the dev stack's program", () => {
    let dev: DevStack;

    before(async () => {
        dev = await DevStack.start();
    });
    after(() => dev.stop());

    it("registers what teardown needs before anything else if it expires, and not otherwise", async () => {
        const { registered } = await dev.run(dev.deployments, {
            "airflow-secrets-backends:expires": "2026-01-01T00:00:00Z",
        });
        const [plugin, first] = registered;
        assert.equal(plugin?.type, "pulumi:providers:airflow-deployment", "which creates nothing");
        assert.equal(first?.type, "airflow-secrets-backends:index:TestStack");
        const vaults = registered
            .filter(({ type }) => type === "azure-native:keyvault:Vault")
            .map(({ inputs, parent }) => ({
                name: inputs.vaultName,
                resourceGroup: inputs.resourceGroupName,
                location: inputs.location,
                owner: ownerOf(parent.split("::").at(-1)),
            }));
        assert.equal(vaults.length, dev.deployments.filter(({ backend }) => backend.kind === "azure-key-vault").length);
        const azure = { subscriptionId: "11112222-3333-4444-5555-666677778888", vaults, secrets: [] };
        assert.deepEqual(first.inputs, { expires: "2026-01-01T00:00:00Z", azure });
        assert.equal((await dev.run(dev.deployments)).registered.filter(({ type }) => type === first.type).length, 0);
    });

    it("takes expires out of the state before anything else, once the config has none", async () => {
        const type = "airflow-secrets-backends:index:TestStack";
        const urn = `urn:pulumi:dev::airflow-secrets-backends::${type}::expires`;
        const { registered } = await dev.run([], {}, { state: { [urn]: { type, outputs: {} } } });
        const [first] = registered;
        assert.deepEqual([first?.type, first?.name, first?.inputs], [type, "expires", {}]);
    });

    it("records each Deployment before it creates anything of it, and that the env vars have moved after that", async () => {
        const { registered } = await dev.run(dev.deployments);
        const names = dev.deployments.map(({ name }) => name);
        assert.deepEqual(
            // In no fixed order.
            new Set(registered.slice(1, names.length + 1).map(({ type, name }) => `${type}::${name}`)),
            new Set(names.map((name) => `${STASH}::${name}.made`)),
        );
        for (const name of names) {
            const { dependsOn } = registered.find((each) => each.type === STASH && each.name === `${name}.moved`)!;
            const target = registered.filter(({ parent }) => parent.endsWith(`Target::${name}`));
            assert.ok(target.length > 0);
            assert.deepEqual([...dependsOn].sort(), target.map((resource) => resource.name).sort());
        }
    });

    it("names the test secrets in an existing vault: Azure keeps deleted ones", async () => {
        const jade = dev.deployments.find(({ name }) => name === "jade-eclipse-5772")!;
        const vault = { resourceGroup: "sandbox-group", vaultName: "company", authorization: "access-policy" };
        const backend = { kind: "azure-key-vault", ...vault, scope: "pr" };
        const entry = { ...jade, backend };
        const mocks = await dev.run(
            [entry],
            { "airflow-secrets-backends:expires": "2026-01-01T00:00:00Z" },
            { azureVaults: { company: "access-policy" } },
        );
        const { azure } = mocks.one("airflow-secrets-backends:index:TestStack").inputs;
        const names = mocks.registered
            .filter(({ type }) => type === "azure-native:keyvault:Secret")
            .map(({ inputs }) => ({ vault: "company", name: inputs.secretName, owner: ownerOf(jade.name) }));
        assert.equal(names.length, 3);
        assert.deepEqual(azure, {
            subscriptionId: "11112222-3333-4444-5555-666677778888",
            vaults: [],
            secrets: names,
        });
    });

    it("registers nothing if a workload is missing, and names every missing one", async () => {
        const wrong = dev.deployments.map((deployment) => ({
            ...deployment,
            target: {
                ...deployment.target,
                ...(deployment.target.workloads && {
                    workloads: deployment.target.workloads.map((workload) => ({
                        ...workload,
                        name: `${workload.name}-x`,
                    })),
                }),
            },
        }));
        const mocks = await Mocks.set();
        pulumi.runtime.setAllConfig({ [KEY]: JSON.stringify(wrong) });
        await assert.rejects(program(), (error) => {
            assert.ok(pulumi.RunError.isInstance(error));
            const workloads = dev.deployments.flatMap(({ target }) => target.workloads ?? []);
            assert.equal(error.message.match(/there is no /g)?.length, workloads.length);
            return true;
        });
        await settled();
        assert.deepEqual(
            mocks.registered.map(({ type }) => type),
            ["pulumi:providers:airflow-deployment"],
        );
    });
});
