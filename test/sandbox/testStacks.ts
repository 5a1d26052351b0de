import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { parse, stringify } from "yaml";
import { projectDir } from "../../sandbox/paths";
import { typescript } from "../typescript";
import type { PendingOperation, StateResource } from "../../scripts/teardown/state";
import type { DeploymentEntry, Harness, Result } from "./harness";

/** A command that a test may break off. */
export interface Running {
    /** Resolves when it has said this. */
    said(sign: RegExp): Promise<void>;
    /** Kills it, and all that it has started, as a machine that goes down would. */
    killAll(): Promise<void>;
    readonly ended: Promise<Result>;
    readonly pid: number;
}

/** Stacks beside `dev`, each with a file of its own that is not in the project's folder, as on another branch. */
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

    /** @param expires nothing for a stack that stays */
    async create(stack: string, expires: string | undefined, deployments: readonly DeploymentEntry[]): Promise<void> {
        await rm(this.file(stack), { force: true });
        // Pulumi writes the salt into the file beside the project's.
        const args = ["stack", "init", stack, "--no-select", "--non-interactive", "--cwd", this.dir];
        await execa("pulumi", args, { env: this.harness.sandbox.env, stdin: "ignore" });
        const made = parse(await readFile(this.file(stack), "utf8")) as object;
        const config = {
            "aws:region": "us-east-1",
            "airflow-secrets-backends:deployments": deployments,
            ...(expires === undefined ? {} : { "airflow-secrets-backends:expires": expires }),
        };
        await writeFile(this.file(stack), stringify({ ...made, config }, { defaultStringType: "QUOTE_DOUBLE" }));
    }

    async setExpires(stack: string, expires: string): Promise<void> {
        const file = parse(await readFile(this.file(stack), "utf8")) as { config: Record<string, unknown> };
        file.config["airflow-secrets-backends:expires"] = expires;
        await writeFile(this.file(stack), stringify(file, { defaultStringType: "QUOTE_DOUBLE" }));
    }

    /** Creates the stack and brings it up. */
    async up(stack: string, expires: string | undefined, deployments: readonly DeploymentEntry[]): Promise<void> {
        await this.create(stack, expires, deployments);
        const { code, all } = await this.startUp(stack).ended;
        if (code !== 0) {
            throw new Error(`pulumi up of ${stack} ended with ${code}:\n${all}`);
        }
    }

    /** Fails where the next `up` would change anything. */
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
        const child = execa(command, args, {
            cwd: projectDir,
            // In CI machines share names, and a lock is only broken when it is old.
            env: { ...this.harness.sandbox.env, CI: "" },
            reject: false,
            stdin: "ignore",
            all: true,
        });
        const { pid } = child;
        if (pid === undefined) {
            throw new Error(`${command} does not start`);
        }
        let said = "";
        child.all.on("data", (chunk: Buffer) => (said += chunk.toString()));
        return {
            pid,
            ended: child.then(({ exitCode, stdout, all }) => ({ code: exitCode ?? -1, stdout, all })),
            said: (sign) =>
                new Promise((resolve, reject) => {
                    const look = (): void => {
                        if (sign.test(said)) {
                            resolve();
                        }
                    };
                    child.all.on("data", look);
                    look();
                    void child.then(() => {
                        reject(new Error(`it ended before it said ${String(sign)}:\n${said}`));
                    });
                }),
            killAll: async () => {
                const started = await descendants(pid);
                [pid, ...started].forEach(kill);
                await child;
            },
        };
    }

    async names(): Promise<string[]> {
        const { stdout } = await this.harness.succeed(["stack", "ls", "--json"], { configFile: false });
        return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name).sort();
    }

    /** Where the state backend keeps a stack. */
    private checkpoint(stack: string): string {
        const folder = join(this.harness.sandbox.stateDir, "pulumi", ".pulumi", "stacks", "airflow-secrets-backends");
        return join(folder, `${stack}.json`);
    }

    readState(stack: string): Promise<string> {
        return readFile(this.checkpoint(stack), "utf8");
    }

    /**
     * Leaves the state as an engine does that is killed while it creates everything that nothing else depends on, and
     * gives that. `pulumi stack import` would drop what is under way.
     */
    async breakOff(stack: string): Promise<StateResource[]> {
        const file = JSON.parse(await this.readState(stack)) as Checkpoint;
        const { latest } = file.checkpoint;
        const last = new Set(lastOf(latest.resources));
        latest.pending_operations = [...last].map((resource) => ({ type: "creating", resource: unmade(resource) }));
        latest.resources = latest.resources.filter((resource) => !last.has(resource));
        await writeFile(this.checkpoint(stack), JSON.stringify(file));
        return [...last];
    }

    /** What teardown does about it. */
    async adopt(stack: string): Promise<void> {
        const client = join("test", "sandbox", "adopt.client.ts");
        const { code, all } = await this.start(process.execPath, [...typescript, client, stack]).ended;
        if (code !== 0) {
            throw new Error(all);
        }
    }

    /** Destroys these, as far as the state knows them. */
    async destroy(stack: string, resources: readonly StateResource[]): Promise<void> {
        const { latest } = (JSON.parse(await this.readState(stack)) as Checkpoint).checkpoint;
        const known = latest.resources.filter(({ urn }) => resources.some((each) => each.urn === urn));
        const targets = known.flatMap(({ urn }) => ["--target", urn]);
        if (targets.length > 0) {
            const args = ["destroy", "--stack", stack, "--yes", "--skip-preview", "--config-file", this.file(stack)];
            await this.harness.succeed([...args, ...targets], { configFile: false });
        }
    }

    /** Writes a lock as a pulumi does that is at work. */
    async lock(
        stack: string,
        { pid, hostname, since }: { pid: number; hostname: string; since: Date },
    ): Promise<() => Promise<void>> {
        const folder = join(
            ...[this.harness.sandbox.stateDir, "pulumi", ".pulumi", "locks", "organization"],
            ...["airflow-secrets-backends", stack],
        );
        await mkdir(folder, { recursive: true });
        const file = join(folder, "of-test.json");
        await writeFile(file, JSON.stringify({ pid, username: "somebody", hostname, timestamp: since.toISOString() }));
        return () => rm(file, { force: true });
    }
}

/** As the state backend keeps it. */
interface Checkpoint {
    readonly checkpoint: {
        readonly latest: { resources: LinkedResource[]; pending_operations?: readonly PendingOperation[] };
    };
}

interface LinkedResource extends StateResource {
    readonly parent?: string;
    readonly dependencies?: readonly string[];
}

/** As it is before its provider has answered. */
function unmade(resource: LinkedResource): LinkedResource {
    const known = Object.entries(resource).filter(([name]) => name !== "id" && name !== "outputs");
    return Object.fromEntries(known) as unknown as LinkedResource;
}

/** What providers have made and nothing else depends on. */
function lastOf(resources: readonly LinkedResource[]): LinkedResource[] {
    const needed = new Set(resources.flatMap(({ parent, dependencies = [] }) => [parent, ...dependencies]));
    return resources.filter(
        ({ urn, custom, type }) => custom === true && !needed.has(urn) && !type.startsWith("pulumi:"),
    );
}

async function descendants(pid: number): Promise<number[]> {
    const { stdout } = await execa("ps", ["-o", "pid=", "--ppid", String(pid)], { reject: false });
    const children = stdout
        .split("\n")
        .filter((line) => line.trim() !== "")
        .map(Number);
    return [...children, ...(await Promise.all(children.map(descendants))).flat()];
}

function kill(pid: number): void {
    try {
        process.kill(pid, "SIGKILL");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
            throw error;
        }
    }
}
