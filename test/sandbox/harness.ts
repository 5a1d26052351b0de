import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeConfig, KubernetesObjectApi, PatchStrategy, type KubernetesObject } from "@kubernetes/client-node";
import { execa } from "execa";
import { fetch } from "undici";
import { parse, stringify } from "yaml";
import { projectDir } from "../../sandbox/paths";
import { openSandbox, type Sandbox, type SandboxOptions } from "../../sandbox/sandbox";
import type { FaultPlan } from "../../sandbox/standins/houston/faults";
import { vaultRequest } from "../../sandbox/services/vault";
import { STACK } from "../../sandbox/stackFile";
import { install, type Installed } from "../../sandbox/tools/installed";
import { cheaperPulumi } from "./cheaperPulumi";
import { KeyServer } from "./keyServer";
import type { EnvEntry, LiveWorkload } from "./liveWorkload";
import { borrowShared, returnCluster } from "./shared";
import { ageRecords, readStackState, type State } from "./checkpoint";

/** A Deployment in the stack's config, with the fields that tests change. */
export interface DeploymentEntry {
    name: string;
    backend: Record<string, unknown>;
    target: Record<string, unknown> & { workloads: { kind: string; name: string; containers: string[] }[] };
    testSecrets?: boolean;
    proof?: string;
    proofTimeout?: string;
}

interface StackFile {
    config: { "airflow-secrets-backends:deployments": DeploymentEntry[] };
}

export interface Result {
    readonly code: number;
    readonly stdout: string;
    /** Standard output and standard error, interleaved. */
    readonly all: string;
}

/** A sandbox for one test file, with stack `dev` and a copy of its config that the test may change. */
export class Harness {
    private constructor(
        readonly dir: string,
        readonly sandbox: Sandbox,
        readonly installed: Installed,
        private readonly deployments: readonly string[],
        private readonly keyServer: KeyServer | undefined,
    ) {}

    /**
     * Starts the sandbox and creates stack `dev`.
     *
     * @param deployments names of the stack's Deployments that the test needs; all of them if none is given
     */
    static open(...deployments: readonly string[]): Promise<Harness> {
        return Harness.start(deployments, {});
    }

    /**
     * Like `open`, for tests that are about neither how this project's provider plugin nor how its program is started.
     * Both keep running, and Pulumi attaches to the plugin and hands the program over. Otherwise each `pulumi` command
     * would start them, which takes two thirds of the command's time. The plugin uses the sandbox's own credentials,
     * whatever env vars a command has.
     */
    static openAttached(...deployments: readonly string[]): Promise<Harness> {
        return Harness.start(deployments, { attachesOwnPlugin: true });
    }

    /** Like `openAttached`, with faults of the edge for Vault and AWS too. */
    static openWithFaults(...deployments: readonly string[]): Promise<Harness> {
        return Harness.start(deployments, { attachesOwnPlugin: true, throughEdge: true });
    }

    private static async start(deployments: readonly string[], options: SandboxOptions): Promise<Harness> {
        const installed = await install();
        const dir = await mkdtemp(join(tmpdir(), "sandbox-test-"));
        process.env.SANDBOX_STATE_DIR = join(dir, "state");
        const releases = deployments.length === 0 ? undefined : deployments;
        const isAttached = options.attachesOwnPlugin === true;
        const shared = isAttached ? await borrowShared(installed) : undefined;
        const { kubeconfig, edgeDir } = shared ?? {};
        const sandbox = await openSandbox(installed, { ...options, releases, kubeconfig, edgeDir });
        const keyServer = isAttached ? await KeyServer.start() : undefined;
        const cheaper = isAttached ? await cheaperPulumi(sandbox.env.PULUMI_HOME ?? "") : {};
        Object.assign(sandbox.env, shared?.programHost().env, keyServer?.env, cheaper);
        const harness = new Harness(dir, sandbox, installed, deployments, keyServer);
        await harness.restoreConfig();
        await harness.pulumi(["stack", "select", "--create", STACK], { configFile: false });
        return harness;
    }

    /** Calls `work` while the engine starts this project's plugin, with the current env vars, and does not attach. */
    startingOwnPlugin<T>(work: () => Promise<T>): Promise<T> {
        return this.withProviders((attached) => attached.replace(/,?\bairflow-deployment:\d+/, ""), work);
    }

    /** Calls `work` while the engine attaches to the provider of that package on that port. */
    attachingTo<T>(name: string, port: number, work: () => Promise<T>): Promise<T> {
        return this.withProviders(
            (attached) => attached.replace(new RegExp(`\\b${name}:\\d+`), `${name}:${port}`),
            work,
        );
    }

    private async withProviders<T>(change: (attached: string) => string, work: () => Promise<T>): Promise<T> {
        const { env } = this.sandbox;
        const { PULUMI_DEBUG_PROVIDERS: attached = "" } = env;
        env.PULUMI_DEBUG_PROVIDERS = change(attached);
        try {
            return await work();
        } finally {
            env.PULUMI_DEBUG_PROVIDERS = attached;
        }
    }

    async close(): Promise<void> {
        await this.keyServer?.close();
        await this.sandbox.close();
        returnCluster(this.sandbox.kubeconfig);
        await rm(this.dir, { recursive: true, force: true });
    }

    /** Whether the Airflow of that release is in the sandbox. */
    isInstalled(release: string): boolean {
        return this.deployments.length === 0 || this.deployments.includes(release);
    }

    get configFile(): string {
        return join(this.dir, "Pulumi.test.yaml");
    }

    async restoreConfig(): Promise<void> {
        const file = parse(await readFile(join(projectDir, `Pulumi.${STACK}.yaml`), "utf8")) as StackFile;
        await writeFile(this.configFile, stringify({ ...file, ...this.keyServer?.configFields }));
        if (this.deployments.length > 0) {
            await this.keep(...this.deployments);
        }
    }

    /** Protects the stack's secrets with the passphrase instead of the key server's key. For before the first `up`. */
    async usePassphrase(): Promise<void> {
        const file = parse(await readFile(this.configFile, "utf8")) as Record<string, unknown>;
        const fields = Object.keys(this.keyServer?.configFields ?? {});
        const kept = Object.entries(file).filter(([name]) => !fields.includes(name));
        await writeFile(this.configFile, stringify(Object.fromEntries(kept)));
    }

    /** Changes the config of the next `up`. */
    async edit(change: (deployments: DeploymentEntry[]) => void): Promise<void> {
        const file = parse(await readFile(this.configFile, "utf8")) as StackFile;
        change(file.config["airflow-secrets-backends:deployments"]);
        await writeFile(this.configFile, stringify(file));
    }

    /** Keeps only these Deployments in the config of the next `up`. */
    keep(...names: readonly string[]): Promise<void> {
        return this.edit((deployments) => {
            deployments.splice(0, deployments.length, ...deployments.filter(({ name }) => names.includes(name)));
        });
    }

    /** Runs Pulumi on the stack; returns its output and exit code. */
    async pulumi(args: readonly string[], { configFile = true } = {}): Promise<Result> {
        const config = configFile ? ["--config-file", this.configFile] : [];
        const { exitCode, stdout, all } = await execa("pulumi", [...args, ...config, "--non-interactive"], {
            cwd: projectDir,
            env: this.sandbox.env,
            reject: false,
            stdin: "ignore",
            all: true,
        });
        return { code: exitCode ?? -1, stdout, all };
    }

    /**
     * Runs Pulumi on the stack.
     *
     * @throws if the exit code is not 0
     */
    async succeed(args: readonly string[], options?: { configFile: boolean }): Promise<Result> {
        const result = await this.pulumi(args, options);
        if (result.code !== 0) {
            throw new Error(`pulumi ${args.join(" ")} exited with ${result.code}:\n${result.all}`);
        }
        return result;
    }

    /**
     * Runs an `up` that must fail; returns its output.
     *
     * @throws if it succeeds
     */
    async failedUp(...args: string[]): Promise<string> {
        const { code, all } = await this.pulumi(["up", "--yes", "--skip-preview", ...args]);
        if (code === 0) {
            throw new Error(`pulumi up must fail, but succeeded:\n${all}`);
        }
        return all;
    }

    up(...args: string[]): Promise<Result> {
        return this.succeed(["up", "--yes", "--skip-preview", ...args]);
    }

    /** Returns the stack's state, with secrets encrypted. */
    state(): Promise<State> {
        return readStackState(this.sandbox, STACK);
    }

    /** Makes the stack's records older, so that what is due happens with the next `up`. `stack`: if it was renamed. */
    age({ days, stack = STACK }: { readonly days: number; readonly stack?: string }): Promise<void> {
        return ageRecords(this.sandbox, stack, days);
    }

    /** Sets the faults of the stand-in for Houston; an empty plan turns them off. */
    async houstonFaults(plan: FaultPlan): Promise<void> {
        const { url, keys } = this.sandbox.houston;
        const headers = { authorization: keys.editor };
        const { status } = await fetch(new URL("/faults", url), { method: "PUT", headers, body: JSON.stringify(plan) });
        if (status !== 204) {
            throw new Error(`the stand-in for Houston answered ${status} to a request to set faults`);
        }
    }

    /** Calls Vault as administrator. */
    vault(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
        return this.vaultAs(this.sandbox.env.VAULT_TOKEN ?? "", method, path, body);
    }

    /** Calls Vault with the given token. */
    vaultAs(token: string, method: string, path: string, body?: object): Promise<Record<string, unknown>> {
        return vaultRequest({ address: this.sandbox.env.VAULT_ADDR ?? "", token }, method, path, body);
    }

    /** Returns the names below a path in Vault; an empty array if the path does not exist. */
    async vaultList(path: string): Promise<string[]> {
        try {
            const { data } = (await this.vault("LIST", path)) as { data: { keys: string[] } };
            return data.keys;
        } catch (error) {
            if (error instanceof Error && error.message.includes("answered 404")) {
                return [];
            }
            throw error;
        }
    }

    get kubernetes(): KubernetesObjectApi {
        const config = new KubeConfig();
        config.loadFromFile(this.sandbox.kubeconfig);
        return KubernetesObjectApi.makeApiClient(config);
    }

    /** Returns a workload as plain data, which can be compared. */
    async workload(kind: string, namespace: string, name: string): Promise<LiveWorkload> {
        const metadata = { name, namespace };
        const live = await this.kubernetes.read<LiveWorkload>({ apiVersion: "apps/v1", kind, metadata });
        return JSON.parse(JSON.stringify(live)) as LiveWorkload;
    }

    /** Sets env entries on a container with server-side apply, as another field manager would. */
    async applyAs(
        manager: string,
        workload: { kind: string; namespace: string; name: string },
        container: string,
        env: object[],
    ) {
        const { kind, namespace, name } = workload;
        const spec = { template: { spec: { containers: [{ name: container, env }] } } };
        const object = { apiVersion: "apps/v1", kind, metadata: { name, namespace }, spec } as KubernetesObject;
        await this.kubernetes.patch(object, undefined, undefined, manager, true, PatchStrategy.ServerSideApply);
    }

    /** Changes a container's env as `kubectl edit` would. */
    async editEnv(
        workload: { kind: string; namespace: string; name: string },
        container: string,
        change: (env: readonly EnvEntry[]) => EnvEntry[],
    ): Promise<void> {
        const { kind, namespace } = workload;
        const metadata = { name: workload.name, namespace };
        const live = await this.kubernetes.read<LiveWorkload>({ apiVersion: "apps/v1", kind, metadata });
        const found = live.spec.template.spec.containers.find(({ name }) => name === container);
        if (found === undefined) {
            throw new Error(`${workload.name} has no container ${container}`);
        }
        found.env = change(found.env ?? []);
        await this.kubernetes.replace(live, undefined, undefined, "kubectl-edit");
    }

    /** Removes an env entry from a container, as `kubectl edit` would. */
    async removeEnv(workload: { kind: string; namespace: string; name: string }, container: string, variable: string) {
        await this.editEnv(workload, container, (env) => env.filter(({ name }) => name !== variable));
    }

    /** Returns the env vars that the stack set on a Deployment's scheduler, with the values from the Secrets. */
    async resolvedEnv(name: string): Promise<Record<string, string>> {
        const namespace = `airflow-${name}`;
        const { spec } = await this.workload("Deployment", namespace, `${name}-scheduler`);
        const entries = spec.template.spec.containers[0]?.env ?? [];
        const resolved: Record<string, string> = {};
        for (const { name: variable, valueFrom } of entries) {
            const reference = valueFrom?.secretKeyRef;
            // Astronomer's Secret, which also contains the existing variables, or the stack's own.
            if (reference !== undefined && [`${name}-env`, `${name}.`].some((own) => reference.name.startsWith(own))) {
                resolved[variable] = (await this.secret(namespace, reference.name))[reference.key] ?? "";
            }
        }
        return resolved;
    }

    /** Returns the entries of a Secret, decoded. */
    async secret(namespace: string, name: string): Promise<Record<string, string>> {
        const metadata = { name, namespace };
        const { data }: KubernetesObject & { data?: Record<string, string> } = await this.kubernetes.read({
            apiVersion: "v1",
            kind: "Secret",
            metadata,
        });
        const decoded = Object.entries(data ?? {}).map(([key, value]) => [
            key,
            Buffer.from(value, "base64").toString(),
        ]);
        return Object.fromEntries(decoded) as Record<string, string>;
    }

    /** Returns the backend's kwargs from a Deployment's env vars. */
    async kwargs(name: string): Promise<Record<string, unknown>> {
        const text = (await this.resolvedEnv(name)).AIRFLOW__SECRETS__BACKEND_KWARGS ?? "{}";
        return JSON.parse(text) as Record<string, unknown>;
    }
}

/**
 * Returns the index of the first line of Pulumi's output that matches.
 *
 * @throws if none does
 */
export function lineOf(stdout: string, pattern: RegExp): number {
    const index = stdout.split("\n").findIndex((line) => pattern.test(line));
    if (index === -1) {
        throw new Error(`no line matches ${String(pattern)} in:\n${stdout}`);
    }
    return index;
}
