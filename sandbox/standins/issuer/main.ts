/**
 * Publishes the issuer of the cluster's service-account tokens, as its own process: `main.ts --port PORT --kubeconfig FILE`.
 * The services that trust the cluster read there which keys sign its tokens. The API server itself answers only clients
 * that have logged in.
 */
import { readFileSync } from "node:fs";
import { Agent, get } from "node:https";
import { json } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { jsonServer, ok, type Reply } from "../jsonServer";

/** The documents of OpenID Connect discovery, at the paths that the API server has too. */
const documents: readonly string[] = ["/.well-known/openid-configuration", "/openid/v1/jwks"];

/** The part of a kubeconfig that the sandbox writes. */
interface Kubeconfig {
    readonly clusters: readonly { readonly cluster: Cluster }[];
    readonly users: readonly { readonly user: { readonly token: string } }[];
}

interface Cluster {
    readonly server: string;
    readonly "certificate-authority-data": string;
}

function main(): void {
    const option = { type: "string" } as const;
    const { values } = parseArgs({ options: { port: option, kubeconfig: option } });
    if (values.kubeconfig === undefined) {
        throw new Error("--port and --kubeconfig are required");
    }
    const { clusters, users } = JSON.parse(readFileSync(values.kubeconfig, "utf8")) as Kubeconfig;
    const cluster = clusters[0]?.cluster;
    const token = users[0]?.user.token;
    if (cluster === undefined || token === undefined) {
        throw new Error(`${values.kubeconfig} has no cluster or no token`);
    }
    const agent = new Agent({ ca: Buffer.from(cluster["certificate-authority-data"], "base64"), keepAlive: true });
    const server = jsonServer(
        ({ method, path }) =>
            method === "GET" && documents.includes(path)
                ? read(`${cluster.server}${path}`, token, agent)
                : Promise.resolve({ status: 404, body: { message: `no document at ${path}` } }),
        () => undefined,
    );
    server.listen(Number(values.port), "127.0.0.1");
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => {
            server.close();
            server.closeAllConnections();
            agent.destroy();
        });
    }
}

function read(url: string, token: string, agent: Agent): Promise<Reply> {
    return new Promise((resolve, reject) => {
        get(url, { agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
            if (response.statusCode === 200) {
                json(response).then((body) => {
                    resolve(ok(body as object));
                }, reject);
            } else {
                reject(new Error(`${url} answered ${response.statusCode ?? "nothing"}`));
                response.resume();
            }
        }).once("error", reject);
    });
}

main();
