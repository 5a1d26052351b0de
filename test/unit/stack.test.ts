import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { getGlobalDispatcher, MockAgent, setGlobalDispatcher } from "undici";
import { parse } from "yaml";
import program from "../../index";
import { projectDir } from "../../sandbox/paths";
import { Mocks, settled } from "./components/mocks";

const KEY = "airflow-secrets-backends:deployments";
const GOLDEN = join(__dirname, "golden", "dev.json");

interface Target {
    readonly kind: string;
    readonly namespace?: string;
    readonly workloads?: readonly { readonly name: string; readonly containers: readonly string[] }[];
}

describe("the dev stack's program", () => {
    let deployments: readonly { readonly name: string; readonly target: Target }[];
    let cluster: Server;
    let dir: string;
    const { KUBECONFIG, ASTRONOMER_API_TOKEN } = process.env;
    const network = getGlobalDispatcher();

    before(async () => {
        const file = parse(await readFile(join(projectDir, "Pulumi.dev.yaml"), "utf8")) as {
            config: { [KEY]: typeof deployments };
        };
        deployments = file.config[KEY];
        dir = await mkdtemp(join(tmpdir(), "stack-"));
        cluster = createServer((request, response) => {
            response.setHeader("content-type", "application/json");
            const [, namespace, name] =
                /namespaces\/([^/]+)\/(?:deployments|statefulsets)\/([^/]+)$/.exec(request.url ?? "") ?? [];
            const found = deployments
                .filter(({ target }) => target.namespace === namespace)
                .flatMap(({ target }) => target.workloads ?? [])
                .find((workload) => workload.name === name);
            response.statusCode = found === undefined ? 404 : 200;
            const containers = found?.containers.map((container) => ({ name: container }));
            response.end(JSON.stringify({ metadata: { name }, spec: { template: { spec: { containers } } } }));
        }).listen(0, "127.0.0.1");
        await once(cluster, "listening");
        // No Key Vault is deleted, no Deployment has variables, and nothing else is asked of the network.
        const services = new MockAgent();
        services.disableNetConnect();
        const named = ({ name }: { name: string }) => ({ id: `uuid-of-${name}`, releaseName: name });
        services
            .get("https://houston.sandbox.test")
            .intercept({ path: "/v1", method: "POST" })
            .reply(200, ({ body }) => ({
                data: (body as string).includes("query workspaces")
                    ? { workspaces: [{ deployments: deployments.map(named) }] }
                    : { deploymentVariables: [] },
            }))
            .persist();
        services
            .get("https://management.azure.com")
            .intercept({ path: (path) => path.includes("/locations/westeurope/deletedVaults/") })
            .reply(404, { error: { code: "DeletedVaultNotFound" } })
            .persist();
        setGlobalDispatcher(services);
        process.env.ASTRONOMER_API_TOKEN = "token-of-test";
        const entry = { name: "test" };
        const server = `http://127.0.0.1:${(cluster.address() as AddressInfo).port}`;
        process.env.KUBECONFIG = join(dir, "kubeconfig");
        await writeFile(
            process.env.KUBECONFIG,
            JSON.stringify({
                apiVersion: "v1",
                kind: "Config",
                clusters: [{ ...entry, cluster: { server, "insecure-skip-tls-verify": true } }],
                users: [{ ...entry, user: {} }],
                contexts: [{ ...entry, context: { cluster: "test", user: "test" } }],
                "current-context": "test",
            }),
        );
    });
    after(async () => {
        setGlobalDispatcher(network);
        cluster.close();
        cluster.closeAllConnections();
        process.env.KUBECONFIG = KUBECONFIG ?? "";
        process.env.ASTRONOMER_API_TOKEN = ASTRONOMER_API_TOKEN ?? "";
        pulumi.runtime.setAllConfig({});
        await rm(dir, { recursive: true, force: true });
    });

    async function run(config: unknown, more: Record<string, string> = {}): Promise<Mocks> {
        const mocks = await Mocks.set();
        pulumi.runtime.setAllConfig({ [KEY]: JSON.stringify(config), ...more });
        await program();
        await settled();
        return mocks;
    }

    it("provisions what test/unit/golden/dev.json says, to the letter", async () => {
        const { registered } = await run(deployments);
        const text = `${JSON.stringify(
            [...registered].sort((left, right) => (left.name + left.type < right.name + right.type ? -1 : 1)),
            undefined,
            2,
        ).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<end>")}\n`;
        if (process.env.UPDATE_GOLDEN === "1") {
            await writeFile(GOLDEN, text);
        }
        assert.equal(text, await readFile(GOLDEN, "utf8"), "UPDATE_GOLDEN=1 npm run test:unit writes it anew");
    });

    it("registers first of all, where it expires, what teardown has to know, and nothing of it elsewhere", async () => {
        const { registered } = await run(deployments, { "airflow-secrets-backends:expires": "2026-01-01T00:00:00Z" });
        const [first] = registered;
        assert.equal(first?.type, "airflow-secrets-backends:index:TestStack");
        const vaults = registered
            .filter(({ type }) => type === "azure-native:keyvault:Vault")
            .map(({ inputs }) => ({
                name: inputs.vaultName,
                resourceGroup: inputs.resourceGroupName,
                location: inputs.location,
            }));
        assert.equal(vaults.length, 2);
        const azure = { subscriptionId: "11112222-3333-4444-5555-666677778888", vaults, secrets: [] };
        assert.deepEqual(first.inputs, { expires: "2026-01-01T00:00:00Z", azure });
        assert.equal((await run(deployments)).registered.filter(({ type }) => type === first.type).length, 0);
    });

    it("names the test secrets in a vault that stays, which Azure keeps too", async () => {
        const jade = deployments.find(({ name }) => name === "jade-eclipse-5772")!;
        const backend = { kind: "azure-key-vault", resourceGroup: "sandbox-group", vaultName: "company", scope: "pr" };
        const entry = { ...jade, backend };
        const mocks = await Mocks.set({ azureVaults: { company: "access-policy" } });
        pulumi.runtime.setAllConfig({
            [KEY]: JSON.stringify([entry]),
            "airflow-secrets-backends:expires": "2026-01-01T00:00:00Z",
        });
        await program();
        await settled();
        const { azure } = mocks.one("airflow-secrets-backends:index:TestStack").inputs;
        const names = mocks.registered
            .filter(({ type }) => type === "azure-native:keyvault:Secret")
            .map(({ inputs }) => ({ vault: "company", name: inputs.secretName }));
        assert.equal(names.length, 3);
        assert.deepEqual(azure, {
            subscriptionId: "11112222-3333-4444-5555-666677778888",
            vaults: [],
            secrets: names,
        });
    });

    it("registers nothing when a workload is missing, and names every one that is", async () => {
        const wrong = deployments.map((deployment) => ({
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
            assert.equal(error.message.match(/there is no /g)?.length, 25);
            return true;
        });
        await settled();
        assert.deepEqual(mocks.registered, []);
    });
});
