import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError, say } from "../command";
import { pulumi, succeed, type PulumiResult } from "../pulumi";
import { describeLocks, isStale, locksIn, type Here } from "./locks";
import { reasonIn } from "./reason";
import type { ExportedState } from "./state";

/** The stack's state, which takes no lock; nothing where there is no such stack. */
export async function exportState(stack: string): Promise<ExportedState | undefined> {
    const args = ["stack", "export", "--stack", stack];
    const result = await pulumi(args);
    if (/no stack named '.*' found/.test(result.stderr)) {
        return undefined;
    }
    expectSuccess(args, result);
    return JSON.parse(result.stdout) as ExportedState;
}

/** One stack in Pulumi's hands, without its file: that may be on another branch. */
export class StackInPulumi {
    private constructor(
        readonly name: string,
        private readonly dir: string,
        private readonly signal: AbortSignal,
    ) {}

    /** Does `work` on a stack; nothing is left on the disk. Once `signal` says so, nothing more is begun. */
    static async with<T>(name: string, signal: AbortSignal, work: (stack: StackInPulumi) => Promise<T>): Promise<T> {
        const dir = await mkdtemp(join(tmpdir(), "teardown-"));
        try {
            return await work(new StackInPulumi(name, dir, signal));
        } finally {
            await rm(dir, { recursive: true, force: true });
        }
    }

    async import(state: ExportedState): Promise<void> {
        const file = join(this.dir, "state.json");
        await writeFile(file, JSON.stringify(state), { mode: 0o600 });
        await this.change("stack", "import", "--file", file);
    }

    async refresh(urns: readonly string[]): Promise<void> {
        await this.update("refresh", ...urns.flatMap((urn) => ["--target", urn]));
    }

    /** Looks first: official plugins fail to delete what is gone already. */
    async destroyAllBut(urns: readonly string[]): Promise<void> {
        await this.update("destroy", "--refresh", ...urns.flatMap((urn) => ["--exclude", urn]));
    }

    /** The stack itself, with whatever its state still says; earlier states hold credentials, though dead ones. */
    async remove(): Promise<void> {
        await this.change("stack", "rm", "--force", "--remove-backups", "--preserve-config", "--yes");
    }

    /** The config file is one that is not there: what is needed is in the state, and Pulumi writes the salt somewhere. */
    private async update(verb: string, ...args: string[]): Promise<void> {
        const config = ["--config-file", join(this.dir, "Pulumi.teardown.yaml")];
        await this.change(verb, ...args, "--yes", "--skip-preview", "--suppress-outputs", ...config);
    }

    /**
     * Runs a command that changes the stack, and breaks a lock whose holder is gone.
     *
     * @throws CommandError with what Pulumi found wrong
     */
    private async change(...args: readonly string[]): Promise<void> {
        const result = await this.run(args);
        const locks = locksIn(result.stderr + result.stdout);
        const held = locks.filter((lock) => !isStale(lock, here()));
        if (held.length > 0) {
            throw new CommandError(describeLocks(this.name, held));
        }
        if (locks.length === 0) {
            expectSuccess(args, result);
            return;
        }
        say(`${this.name}: breaking the lock of a pulumi that is gone`);
        await succeed(["cancel", "--yes", "--stack", this.name]);
        expectSuccess(args, await this.run(args));
    }

    private run(args: readonly string[]): Promise<PulumiResult> {
        this.signal.throwIfAborted();
        // Without the variable, refresh would take a passphrase of its own making for the stack's.
        const env = { PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true" };
        return pulumi([...args, "--stack", this.name], { show: true, env });
    }
}

/** Every job of CI has a machine of its own, and many have one name: there only a lock's age tells. */
function here(): Here {
    const { CI = "" } = process.env;
    return { host: CI === "" || CI === "false" ? hostname() : undefined, now: new Date(), isRunning };
}

function isRunning(pid: number): boolean {
    try {
        return process.kill(pid, 0);
    } catch (error) {
        // Somebody else's process is one that runs.
        return (error as NodeJS.ErrnoException).code !== "ESRCH";
    }
}

function expectSuccess([verb = "", ...args]: readonly string[], { code, stdout, stderr }: PulumiResult): void {
    if (code !== 0) {
        const command = verb === "stack" ? `stack ${args[0] ?? ""}` : verb;
        throw new CommandError(`pulumi ${command} failed: ${reasonIn(`${stderr}\n${stdout}`) ?? `exit code ${code}`}`);
    }
}
