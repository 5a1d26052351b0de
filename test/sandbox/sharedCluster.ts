import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Agent, fetch } from "undici";
import { startKubernetes } from "../../sandbox/services/kubernetes";
import { freePorts } from "../../sandbox/services/ports";
import { Supervisor } from "../../sandbox/services/supervisor";
import type { Installed } from "../../sandbox/tools/installed";

interface ApiObject {
    readonly metadata: { readonly uid: string; readonly name: string; readonly namespace?: string };
}

/** Where the API has the objects of a kind. */
interface Resource {
    /** `/api/v1` or `/apis/<group>/<version>`. */
    readonly base: string;
    readonly name: string;
    readonly namespaced: boolean;
}

/**
 * A cluster for one test file after the other: to start one for each takes longer than to empty it. It ends with this
 * process.
 */
export class SharedCluster {
    private resources: readonly Resource[] = [];
    private ownObjects: ReadonlySet<string> = new Set();

    private constructor(
        readonly kubeconfig: string,
        private readonly server: string,
        private readonly token: string,
        private readonly agent: Agent,
    ) {}

    static async start({ etcdBinary, tools }: Installed, dir: string): Promise<SharedCluster> {
        const supervisor = await Supervisor.start(dir);
        supervisor.unref();
        const { etcd, etcdPeer, kubernetes } = await freePorts("etcd", "etcdPeer", "kubernetes");
        const ports = [etcd, etcdPeer, kubernetes] as const;
        const kubeconfig = await startKubernetes(supervisor, {
            ...{ etcdBinary, binaryDir: tools.kubeApiserver, dir: join(dir, "kubernetes"), ports },
        });
        const { clusters, users } = JSON.parse(await readFile(kubeconfig, "utf8")) as {
            clusters: [{ cluster: { server: string; "certificate-authority-data": string } }];
            users: [{ user: { token: string } }];
        };
        const { server, "certificate-authority-data": ca } = clusters[0].cluster;
        const agent = new Agent({ connect: { ca: Buffer.from(ca, "base64") } });
        const cluster = new SharedCluster(kubeconfig, server, users[0].user.token, agent);
        cluster.resources = await cluster.discover();
        cluster.ownObjects = new Set((await cluster.list()).map(({ metadata }) => metadata.uid));
        return cluster;
    }

    /** Deletes all objects that were not there when the cluster was started. */
    async empty(): Promise<void> {
        const added = (await this.list()).filter(({ metadata }) => !this.ownObjects.has(metadata.uid));
        await Promise.all(
            added.filter(({ resource }) => resource.name !== "namespaces").map((each) => this.delete(each)),
        );
        // A namespace stays until a controller, which this cluster lacks, has found it empty.
        await Promise.all(
            added
                .filter(({ resource }) => resource.name === "namespaces")
                .map(async (each) => {
                    await this.delete(each);
                    const { name } = each.metadata;
                    const body = { apiVersion: "v1", kind: "Namespace", metadata: { name }, spec: { finalizers: [] } };
                    await this.request("PUT", `/api/v1/namespaces/${name}/finalize`, body);
                }),
        );
    }

    private async discover(): Promise<Resource[]> {
        const { groups } = await this.request<{ groups: { preferredVersion: { groupVersion: string } }[] }>(
            "GET",
            "/apis",
        );
        const bases = ["/api/v1", ...groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)];
        const found = await Promise.all(
            bases.map(async (base) => {
                const { resources } = await this.request<{ resources: (Resource & { verbs: string[] })[] }>(
                    "GET",
                    base,
                );
                return resources
                    .filter(({ verbs }) => verbs.includes("list") && verbs.includes("delete"))
                    .map(({ name, namespaced }) => ({ base, name, namespaced }));
            }),
        );
        return found.flat();
    }

    private async list(): Promise<(ApiObject & { resource: Resource })[]> {
        const found = await Promise.all(
            this.resources.map(async (resource) => {
                const path = `${resource.base}/${resource.name}`;
                const { items } = await this.request<{ items: ApiObject[] }>("GET", path);
                return items.map(({ metadata }) => ({ metadata, resource }));
            }),
        );
        return found.flat();
    }

    private async delete({ metadata, resource }: ApiObject & { resource: Resource }): Promise<void> {
        const { base, name, namespaced } = resource;
        const folder = namespaced ? `${base}/namespaces/${metadata.namespace ?? ""}/${name}` : `${base}/${name}`;
        // A pod would otherwise wait for its kubelet.
        await this.request("DELETE", `${folder}/${metadata.name}?gracePeriodSeconds=0`);
    }

    /** @throws Error if the answer is neither 2xx nor 404 */
    private async request<T = unknown>(method: string, path: string, body?: object): Promise<T> {
        const response = await fetch(`${this.server}${path}`, {
            method,
            headers: {
                authorization: `Bearer ${this.token}`,
                "content-type": "application/json",
            },
            dispatcher: this.agent,
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        if (!response.ok && response.status !== 404) {
            throw new Error(`the cluster answered ${response.status} to ${method} ${path}: ${text}`);
        }
        return JSON.parse(text) as T;
    }
}
