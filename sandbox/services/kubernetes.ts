import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { ISSUER } from "./issuer";
import { loopbackTls } from "./loopbackTls";
import type { Supervisor } from "./supervisor";

export interface KubernetesOptions {
    readonly etcdBinary: string;
    /** Folder of the kube-apiserver binary. */
    readonly binaryDir: string;
    readonly dir: string;
    /** Ports for etcd's clients, etcd's peers, and the API server. */
    readonly ports: readonly [number, number, number];
}

/** Starts etcd and kube-apiserver, and writes an administrator's kubeconfig. Returns the kubeconfig's path. */
export async function startKubernetes(supervisor: Supervisor, options: KubernetesOptions): Promise<string> {
    const { dir, ports } = options;
    const [etcdPort, , apiPort] = ports;
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const etcdTls = await loopbackTls(join(dir, "etcd"), "sandbox etcd");
    await startEtcd(supervisor, options, etcdTls);

    const apiTls = await loopbackTls(join(dir, "apiserver"), "sandbox kube-apiserver");
    const token = await administratorToken(dir);
    const signingKey = await serviceAccountKey(dir);
    await supervisor.run({
        name: "kube-apiserver",
        command: join(options.binaryDir, "kube-apiserver"),
        args: [
            `--etcd-servers=https://127.0.0.1:${etcdPort}`,
            `--etcd-cafile=${etcdTls.certificate}`,
            `--etcd-certfile=${etcdTls.certificate}`,
            `--etcd-keyfile=${etcdTls.key}`,
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            "--endpoint-reconciler-type=none",
            `--secure-port=${apiPort}`,
            `--tls-cert-file=${apiTls.certificate}`,
            `--tls-private-key-file=${apiTls.key}`,
            `--token-auth-file=${token.file}`,
            "--anonymous-auth=false",
            "--authorization-mode=RBAC",
            `--service-account-issuer=${ISSUER}`,
            `--service-account-jwks-uri=${ISSUER}/openid/v1/jwks`,
            `--service-account-key-file=${signingKey}`,
            `--service-account-signing-key-file=${signingKey}`,
            "--service-cluster-ip-range=10.0.0.0/24",
        ],
        env: {},
        ready: () => apiServerReady(apiPort, apiTls.certificate, token.value),
    });
    return writeKubeconfig(join(dir, "kubeconfig"), apiPort, apiTls.certificate, token.value);
}

async function startEtcd(
    supervisor: Supervisor,
    { etcdBinary, dir, ports: [clientPort, peerPort] }: KubernetesOptions,
    tls: { certificate: string; key: string },
): Promise<void> {
    const client = `https://127.0.0.1:${clientPort}`;
    const peer = `https://127.0.0.1:${peerPort}`;
    const { certificate, key } = tls;
    const [cert, privateKey] = await Promise.all([readFile(certificate), readFile(key)]);
    await supervisor.run({
        name: "etcd",
        command: etcdBinary,
        args: [
            "--name=sandbox",
            `--data-dir=${join(dir, "etcd-data")}`,
            `--listen-client-urls=${client}`,
            `--advertise-client-urls=${client}`,
            `--listen-peer-urls=${peer}`,
            `--initial-advertise-peer-urls=${peer}`,
            `--initial-cluster=sandbox=${peer}`,
            "--client-cert-auth",
            `--trusted-ca-file=${certificate}`,
            `--cert-file=${certificate}`,
            `--key-file=${key}`,
            "--peer-client-cert-auth",
            `--peer-trusted-ca-file=${certificate}`,
            `--peer-cert-file=${certificate}`,
            `--peer-key-file=${key}`,
            // Data that a power failure loses here can be created again.
            "--unsafe-no-fsync",
        ],
        env: {},
        ready: () => expectOk(clientPort, "/health", { ca: cert, cert, key: privateKey }),
    });
}

async function apiServerReady(port: number, certificate: string, token: string): Promise<void> {
    await expectOk(port, "/readyz", { ca: await readFile(certificate) }, { authorization: `Bearer ${token}` });
}

/** Resolves if the server answers 200, and rejects otherwise. */
function expectOk(port: number, path: string, tls: object, headers: Record<string, string> = {}): Promise<void> {
    const agent = new Agent(tls);
    return new Promise<void>((resolve, reject) => {
        const call = request({ host: "127.0.0.1", port, path, agent, headers, timeout: 5_000 }, (response) => {
            response.resume();
            response.once("end", () => {
                if (response.statusCode === 200) {
                    resolve();
                } else {
                    reject(new Error(`${path} answered ${response.statusCode ?? "nothing"}`));
                }
            });
        });
        call.once("error", reject);
        call.once("timeout", () => call.destroy(new Error(`${path} did not answer in 5 s`)));
        call.end();
    }).finally(() => {
        agent.destroy();
    });
}

async function administratorToken(dir: string): Promise<{ file: string; value: string }> {
    const file = join(dir, "tokens.csv");
    if (!existsSync(file)) {
        const value = randomBytes(24).toString("hex");
        await writeFile(file, `${value},sandbox-administrator,1,system:masters\n`, { mode: 0o600 });
    }
    const value = (await readFile(file, "utf8")).split(",")[0] ?? "";
    return { file, value };
}

const KEY_FILE = "service-account.key";

/** Returns the path of the key with which the cluster signs the tokens of service accounts. */
export const signingKeyIn = (stateDir: string): string => join(stateDir, "kubernetes", KEY_FILE);

async function serviceAccountKey(dir: string): Promise<string> {
    const file = join(dir, KEY_FILE);
    if (!existsSync(file)) {
        const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
        await writeFile(file, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    }
    return file;
}

async function writeKubeconfig(file: string, port: number, certificate: string, token: string): Promise<string> {
    const named = { name: "sandbox" };
    const authority = await readFile(certificate, "base64");
    const config = {
        apiVersion: "v1",
        kind: "Config",
        clusters: [
            { ...named, cluster: { server: `https://127.0.0.1:${port}`, "certificate-authority-data": authority } },
        ],
        users: [{ ...named, user: { token } }],
        contexts: [{ ...named, context: { cluster: "sandbox", user: "sandbox" } }],
        "current-context": "sandbox",
    };
    // JSON is valid YAML.
    await writeFile(file, JSON.stringify(config, undefined, 2), { mode: 0o600 });
    return file;
}
