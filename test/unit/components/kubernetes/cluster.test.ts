import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { openCluster, type AllCalls } from "../../../../components/kubernetes/cluster";
import { ClusterError } from "../../../../components/kubernetes/clusterError";

const scheduler = { kind: "Deployment", namespace: "airflow", name: "scheduler" } as const;
const secret = { namespace: "airflow", name: "env" };
const page = "<html><head><title>502 Bad Gateway</title></head><body>proxy</body></html>";

/** Every call to the cluster. */
const calls: Readonly<Record<string, (cluster: AllCalls) => Promise<unknown>>> = {
    read: (cluster) => cluster.read(scheduler),
    "read a StatefulSet": (cluster) => cluster.read({ ...scheduler, kind: "StatefulSet" }),
    "read a DaemonSet": (cluster) => cluster.read({ ...scheduler, kind: "DaemonSet" }),
    apply: (cluster) => cluster.apply(scheduler, "uid-1", {}, { fieldManager: "ours", force: false, dryRun: false }),
    setManagedFields: (cluster) => cluster.setManagedFields(scheduler, {}, []),
    removeEntries: (cluster) => cluster.removeEntries(scheduler, {}, []),
    pods: (cluster) => cluster.pods("airflow", { component: "scheduler" }),
    readSecret: (cluster) => cluster.readSecret(secret),
    readConfigMap: (cluster) => cluster.readConfigMap(secret),
    applySecret: (cluster) => cluster.applySecret(secret, undefined, {}, { fieldManager: "ours", force: false }),
    deleteSecret: (cluster) => cluster.deleteSecret(secret, "uid-1"),
    identity: (cluster) => cluster.identity(),
};

describe("the calls to a cluster", () => {
    /** Calls a server that answers in this way. Returns the error or the result, and how often it was called. */
    async function answered(
        listener: RequestListener,
        call: (cluster: AllCalls) => Promise<unknown>,
        timeoutMs?: number,
    ) {
        let requests = 0;
        const server = createServer((request, response) => {
            requests += 1;
            listener(request, response);
        }).listen(0, "127.0.0.1");
        await once(server, "listening");
        const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        const named = { name: "test" };
        const kubeconfig = JSON.stringify({
            apiVersion: "v1",
            kind: "Config",
            clusters: [{ ...named, cluster: { server: address, "insecure-skip-tls-verify": true } }],
            users: [{ ...named, user: {} }],
            contexts: [{ ...named, context: { cluster: "test", user: "test" } }],
            "current-context": "test",
        });
        try {
            const cluster = openCluster({ kubeconfig }, timeoutMs);
            const result = await call(cluster).catch((error: unknown) => error);
            return { result, requests, address };
        } finally {
            server.close();
            server.closeAllConnections();
        }
    }

    for (const [name, call] of Object.entries(calls)) {
        it(`${name}: say who answered what instead of the API server, and are not repeated`, async () => {
            for (const status of [200, 302, 404, 502]) {
                for (const type of ["text/html", "application/json"]) {
                    const { result, requests, address } = await answered(
                        (_, response) => response.writeHead(status, { "content-type": type }).end(page),
                        call,
                    );
                    assert.ok(result instanceof ClusterError, `${status} ${type}: ${String(result)}`);
                    const words = `${address} answers ${status} with something other than JSON, as a proxy in front of it does: "502 Bad Gateway proxy"`;
                    assert.ok(result.message.includes(words), result.message);
                    assert.equal(result.isTransient, status === 502);
                    assert.equal(requests, 1);
                }
            }
        });

        it(`${name}: give up if there is no answer in time`, async () => {
            const { result, requests, address } = await answered(() => undefined, call, 50);
            assert.ok(result instanceof ClusterError && result.isTransient, String(result));
            assert.ok(result.message.includes(`${address} did not answer in time`), result.message);
            // None if this machine was too busy to connect in that time.
            assert.ok(requests <= 1);
        });
    }

    it("take only the API server's own answer for the lack of an object", async () => {
        const body = JSON.stringify({ kind: "Status", message: 'deployments.apps "scheduler" not found', code: 404 });
        for (const name of ["read", "readSecret", "readConfigMap", "deleteSecret"]) {
            const { result } = await answered(
                (_, response) => response.writeHead(404, { "content-type": "application/json" }).end(body),
                calls[name]!,
            );
            assert.equal(result, undefined, name);
        }
    });

    it("name the cluster by its address and the UID of its namespace kube-system", async () => {
        const { result, address } = await answered((request, response) => {
            assert.equal(request.url, "/api/v1/namespaces/kube-system");
            response.setHeader("content-type", "application/json");
            response.end(JSON.stringify({ metadata: { uid: "uid-1" } }));
        }, calls.identity!);
        assert.deepEqual(result, { server: address, uid: "uid-1" });
    });

    it("remove entries from the last to the first, and only from the version that was read", async () => {
        let sent = "";
        const read = { metadata: { resourceVersion: "7" } };
        const entries = [
            { container: 0, entry: 1 },
            { container: 2, entry: 0 },
            { container: 2, entry: 3 },
        ];
        await answered(
            (request, response) => {
                void text(request).then((body) => {
                    sent = body;
                    response.setHeader("content-type", "application/json").end("{}");
                });
            },
            (cluster) => cluster.removeEntries(scheduler, read, entries),
        );
        const at = (path: string) => ({ op: "remove", path: `/spec/template/spec/containers/${path}` });
        assert.deepEqual(JSON.parse(sent), [
            { op: "replace", path: "/metadata/resourceVersion", value: "7" },
            at("2/env/3"),
            at("2/env/0"),
            at("0/env/1"),
        ]);
    });
});
