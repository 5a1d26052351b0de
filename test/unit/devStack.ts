import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { getGlobalDispatcher, MockAgent, setGlobalDispatcher, type Dispatcher } from "undici";
import { parse } from "yaml";
import program from "../../index";
import { projectDir } from "../../sandbox/paths";
import type { MockOptions } from "./components/mockAnswers";
import { Mocks, settled } from "./components/mocks";

export const KEY = "airflow-secrets-backends:deployments";

/** A Deployment in the stack's config. */
export interface ConfiguredDeployment {
    readonly name: string;
    readonly backend: { readonly kind: string };
    readonly target: {
        readonly kind: string;
        readonly namespace?: string;
        /** Set with a login that needs no stored credential. */
        readonly serviceAccounts?: readonly string[];
        readonly workloads?: readonly {
            readonly kind: string;
            readonly name: string;
            readonly containers: readonly string[];
        }[];
    };
}

/** Runs the program of stack `dev` with Pulumi's mocks instead of the engine, and mocked services for preflight. */
export class DevStack {
    private readonly environment = { ...process.env };
    private readonly network: Dispatcher = getGlobalDispatcher();

    private constructor(
        readonly deployments: readonly ConfiguredDeployment[],
        private readonly cluster: Server,
        private readonly dir: string,
    ) {}

    static async start(): Promise<DevStack> {
        const file = parse(await readFile(join(projectDir, "Pulumi.dev.yaml"), "utf8")) as {
            config: { [KEY]: readonly ConfiguredDeployment[] };
        };
        const deployments = file.config[KEY];
        const cluster = await clusterOf(deployments);
        const dev = new DevStack(deployments, cluster, await mkdtemp(join(tmpdir(), "stack-")));
        setGlobalDispatcher(servicesOf(deployments));
        Object.assign(process.env, { ASTRONOMER_API_TOKEN: "token-of-test", VAULT_ADDR, VAULT_TOKEN: "token-of-test" });
        process.env.KUBECONFIG = join(dev.dir, "kubeconfig");
        await writeFile(process.env.KUBECONFIG, kubeconfig((cluster.address() as AddressInfo).port));
        return dev;
    }

    async stop(): Promise<void> {
        setGlobalDispatcher(this.network);
        this.cluster.close();
        this.cluster.closeAllConnections();
        process.env.KUBECONFIG = this.environment.KUBECONFIG ?? "";
        for (const name of ["ASTRONOMER_API_TOKEN", "VAULT_ADDR", "VAULT_TOKEN"]) {
            process.env[name] = this.environment[name] ?? "";
        }
        pulumi.runtime.setAllConfig({});
        await rm(this.dir, { recursive: true, force: true });
    }

    /** Runs the program with these Deployments in its config, and waits until it has finished. */
    async run(
        deployments: readonly object[],
        more: Record<string, string> = {},
        options: MockOptions = {},
    ): Promise<Mocks> {
        const mocks = await Mocks.set(options);
        pulumi.runtime.setAllConfig({ [KEY]: JSON.stringify(deployments), ...more });
        await program();
        await settled();
        return mocks;
    }
}

/** Starts a Kubernetes API server with the Deployments' workloads. */
async function clusterOf(deployments: readonly ConfiguredDeployment[]): Promise<Server> {
    const cluster = createServer((request, response) => {
        response.setHeader("content-type", "application/json");
        const [, namespace, name] =
            /namespaces\/([^/]+)\/(?:deployments|statefulsets)\/([^/]+)$/.exec(request.url ?? "") ?? [];
        const found = deployments
            .filter(({ target }) => target.namespace === namespace)
            .flatMap(({ target }) => target.workloads ?? [])
            .find((workload) => workload.name === name);
        response.statusCode = found === undefined ? 404 : 200;
        const containers = found?.containers.map((container) => ({ name: container }));
        const podSpec = { containers, serviceAccountName: name };
        const workload = { metadata: { name }, spec: { template: { spec: podSpec } } };
        response.end(JSON.stringify(found === undefined ? { kind: "Status", message: "not found" } : workload));
    }).listen(0, "127.0.0.1");
    await once(cluster, "listening");
    return cluster;
}

/**
 * Mocks the services: nothing in Azure, a Vault with two KV mounts, Deployments without environment variables, and no
 * other network access.
 */
function servicesOf(deployments: readonly ConfiguredDeployment[]): MockAgent {
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
    for (const host of ["management.azure.com", "[a-z0-9-]+.vault.azure.net"]) {
        services
            .get(new RegExp(`^https://${host}$`))
            .intercept({ path: () => true })
            .reply(404, { error: { code: "NotFound" } })
            .persist();
    }
    services
        .get("https://graph.microsoft.com")
        .intercept({ path: () => true })
        .reply(200, { value: [] })
        .persist();
    services
        .get(VAULT_ADDR)
        .intercept({ path: () => true })
        .reply(({ path }) => {
            const data = vaultAnswers[path];
            return { statusCode: data === undefined ? 404 : 200, data: JSON.stringify({ data }) };
        })
        .persist();
    return services;
}

const VAULT_ADDR = "https://vault.sandbox.test";

/** What Vault answers; it has nothing else. */
const vaultAnswers: Readonly<Record<string, object>> = {
    "/v1/auth/token/lookup-self": {},
    "/v1/auth/kubernetes/config": {},
    "/v1/sys/internal/ui/mounts/secret": { path: "secret/", type: "kv", options: { version: "2" } },
    "/v1/sys/internal/ui/mounts/kv": { path: "kv/", type: "kv", options: { version: "1" } },
};

function kubeconfig(port: number): string {
    const entry = { name: "test" };
    const server = `http://127.0.0.1:${port}`;
    return JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ ...entry, cluster: { server, "insecure-skip-tls-verify": true } }],
        users: [{ ...entry, user: {} }],
        contexts: [{ ...entry, context: { cluster: "test", user: "test" } }],
        "current-context": "test",
    });
}
