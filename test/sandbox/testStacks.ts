import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { parse, stringify } from "yaml";
import { projectDir } from "../../sandbox/paths";
import { typescript } from "../typescript";
import type { PendingOperation, StateResource } from "../../scripts/teardown/state";
import { movedRecordName } from "../../stack/records";
import type { DeploymentEntry, Harness, Result } from "./harness";
import { startCommand, type Running } from "./running";

/** Stacks beside `dev`. Their config files are not in the project's directory, as if they were on another branch. */
export class TestStacks {
    private constructor(
        private readonly harness: Harness,
        private readonly dir: string,
    ) {}

    static async open(harness: Harness): Promise<TestStacks> {
        const dir = await mkdtemp(join(harness.dir, "stacks-"));
        await writeFile(join(dir, "Pulumi.yaml"), await readFile(join(projectDir, "Pulumi.yaml"), "utf8"));
        return new TestStacks(harness, dir);
    }

    file(stack: string): string {
        return join(this.dir, `Pulumi.${stack}.yaml`);
    }

    /**
     * Creates the stack and its config file.
     *
     * @param expires `undefined` for a stack that does not expire
     */
    async create(stack: string, expires: string | undefined, deployments: readonly DeploymentEntry[]): Promise<void> {
        await rm(this.file(stack), { force: true });
        // Pulumi writes the encryption salt into the config file beside Pulumi.yaml.
        const args = ["stack", "init", stack, "--no-select", "--non-interactive", "--cwd", this.dir];
        await execa("pulumi", args, { env: this.harness.sandbox.env, stdin: "ignore" });
        const file = parse(await readFile(this.file(stack), "utf8")) as object;
        const config = {
            "aws:region": "us-east-1",
            "airflow-secrets-backends:deployments": deployments,
            ...(expires === undefined ? {} : { "airflow-secrets-backends:expires": expires }),
        };
        await writeFile(this.file(stack), stringify({ ...file, config }, { defaultStringType: "QUOTE_DOUBLE" }));
    }

    /** @param expires `undefined` removes the key */
    async setExpires(stack: string, expires: string | undefined): Promise<void> {
        await this.setConfig(stack, "expires", expires);
    }

    private async setConfig(stack: string, key: string, value: unknown): Promise<void> {
        const file = parse(await readFile(this.file(stack), "utf8")) as { config: Record<string, unknown> };
        file.config[`airflow-secrets-backends:${key}`] = value;
        await writeFile(this.file(stack), stringify(file, { defaultStringType: "QUOTE_DOUBLE" }));
    }

    async setDeployments(stack: string, deployments: readonly DeploymentEntry[]): Promise<void> {
        await this.setConfig(stack, "deployments", deployments);
    }

    /** Creates the stack and brings it up. */
    async up(stack: string, expires: string | undefined, deployments: readonly DeploymentEntry[]): Promise<void> {
        await this.create(stack, expires, deployments);
        await this.upAgain(stack);
    }

    /** Runs `pulumi up` on an existing stack; returns its output. */
    async upAgain(stack: string): Promise<string> {
        const { code, all } = await this.startUp(stack).ended;
        if (code !== 0) {
            throw new Error(`pulumi up of ${stack} exited with ${code}:\n${all}`);
        }
        return all;
    }

    /**
     * Runs a preview.
     *
     * @throws if the next `up` would change anything
     */
    async expectNoChanges(stack: string): Promise<void> {
        const args = ["preview", "--expect-no-changes", "--stack", stack, "--config-file", this.file(stack)];
        await this.harness.succeed(args, { configFile: false });
    }

    startUp(stack: string): Running {
        const args = ["up", "--stack", stack, "--config-file", this.file(stack), "--yes", "--skip-preview"];
        return this.start("pulumi", [...args, "--non-interactive", "--suppress-outputs"]);
    }

    /** Runs `npm run teardown -- <args>`. */
    teardown(...args: string[]): Promise<Result> {
        return this.startTeardown(...args).ended;
    }

    startTeardown(...args: string[]): Running {
        return this.start(process.execPath, [join("scripts", "start.mjs"), join("scripts", "teardown.ts"), ...args]);
    }

    private start(command: string, args: readonly string[]): Running {
        // In CI, machines share host names, so only an old lock is broken.
        return startCommand(command, args, { ...this.harness.sandbox.env, CI: "" });
    }

    async names(): Promise<string[]> {
        const { stdout } = await this.harness.succeed(["stack", "ls", "--json"], { configFile: false });
        return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name).sort();
    }

    /** Returns the path of the stack's checkpoint file in the state backend. */
    private checkpoint(stack: string): string {
        const folder = join(this.harness.sandbox.stateDir, "pulumi", ".pulumi", "stacks", "airflow-secrets-backends");
        return join(folder, `${stack}.json`);
    }

    readState(stack: string): Promise<string> {
        return readFile(this.checkpoint(stack), "utf8");
    }

    /**
     * Changes the state as if the engine was killed while it created all resources that no other resource depends on;
     * returns these resources. Writes the checkpoint file, since `pulumi stack import` would drop pending operations.
     */
    async interruptCreates(stack: string): Promise<StateResource[]> {
        const file = JSON.parse(await this.readState(stack)) as Checkpoint;
        const { latest } = file.checkpoint;
        // The record of the env vars comes after everything else.
        latest.resources = latest.resources.filter(({ urn }) => !urn.endsWith(movedRecordName("")));
        const leaves = new Set(leafResources(latest.resources));
        latest.pending_operations = [...leaves].map((resource) => ({
            type: "creating",
            resource: pendingResource(resource),
        }));
        latest.resources = latest.resources.filter((resource) => !leaves.has(resource));
        await writeFile(this.checkpoint(stack), JSON.stringify(file));
        return [...leaves];
    }

    /** Adopts interrupted creates, as teardown does. */
    async adopt(stack: string): Promise<void> {
        const client = join("test", "sandbox", "adopt.client.ts");
        const { code, all } = await this.start(process.execPath, [...typescript, client, stack]).ended;
        if (code !== 0) {
            throw new Error(all);
        }
    }

    /** Destroys those of the resources that are in the state. */
    async destroy(stack: string, resources: readonly StateResource[]): Promise<void> {
        const { latest } = (JSON.parse(await this.readState(stack)) as Checkpoint).checkpoint;
        const known = latest.resources.filter(({ urn }) => resources.some((each) => each.urn === urn));
        const targets = known.flatMap(({ urn }) => ["--target", urn]);
        if (targets.length > 0) {
            const args = ["destroy", "--stack", stack, "--yes", "--skip-preview", "--config-file", this.file(stack)];
            await this.harness.succeed([...args, ...targets], { configFile: false });
        }
    }

    private lockFolder(stack: string): string {
        return join(
            ...[this.harness.sandbox.stateDir, "pulumi", ".pulumi", "locks", "organization"],
            ...["airflow-secrets-backends", stack],
        );
    }

    /** Locks the stack as a running pulumi does; the returned function removes the lock. */
    async lock(
        stack: string,
        { pid, hostname, since }: { pid: number; hostname: string; since: Date },
    ): Promise<() => Promise<void>> {
        await mkdir(this.lockFolder(stack), { recursive: true });
        const file = join(this.lockFolder(stack), "of-test.json");
        await writeFile(file, JSON.stringify({ pid, username: "somebody", hostname, timestamp: since.toISOString() }));
        return () => rm(file, { force: true });
    }

    /** Makes the stack's locks an hour old: the lock of a killed pulumi is kept for a while. */
    async ageLocks(stack: string): Promise<void> {
        for (const name of await readdir(this.lockFolder(stack))) {
            const file = join(this.lockFolder(stack), name);
            const lock = JSON.parse(await readFile(file, "utf8")) as object;
            const timestamp = new Date(Date.now() - 3_600_000).toISOString();
            await writeFile(file, JSON.stringify({ ...lock, timestamp }));
        }
    }
}

/** The checkpoint file of a stack in the state backend. */
interface Checkpoint {
    readonly checkpoint: {
        readonly latest: { resources: LinkedResource[]; pending_operations?: readonly PendingOperation[] };
    };
}

interface LinkedResource extends StateResource {
    readonly parent?: string;
    readonly dependencies?: readonly string[];
}

/** Returns the resource as it is before its provider has answered: without id and outputs. */
function pendingResource(resource: LinkedResource): LinkedResource {
    const known = Object.entries(resource).filter(([name]) => name !== "id" && name !== "outputs");
    return Object.fromEntries(known) as unknown as LinkedResource;
}

/** Returns the resources of providers that no other resource depends on. */
function leafResources(resources: readonly LinkedResource[]): LinkedResource[] {
    const needed = new Set(resources.flatMap(({ parent, dependencies = [] }) => [parent, ...dependencies]));
    return resources.filter(
        ({ urn, custom, type }) => custom === true && !needed.has(urn) && !type.startsWith("pulumi:"),
    );
}
