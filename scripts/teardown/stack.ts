import { writeFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { CommandError, log } from "../command";
import { pulumi, pulumiOrThrow, type PulumiResult } from "../pulumi";
import { isRunning, withTemporaryFolder } from "../temporary";
import { describeLocks, isStale, locksIn, type CurrentHost } from "./locks";
import { reasonIn } from "./reason";
import type { ExportedState } from "./state";

/** Exports the stack's state, which needs no lock. Returns `undefined` if there is no such stack. */
export async function exportState(stack: string): Promise<ExportedState | undefined> {
    const args = ["stack", "export", "--stack", stack];
    const result = await pulumi(args);
    if (/no stack named '.*' found/.test(result.stderr)) {
        return undefined;
    }
    expectSuccess(args, result);
    return JSON.parse(result.stdout) as ExportedState;
}

/** Runs Pulumi commands on one stack without its config file, which may be on another branch. */
export class PulumiStack {
    private constructor(
        readonly name: string,
        private readonly dir: string,
        private readonly signal: AbortSignal,
    ) {}

    /**
     * Runs `work` on a stack and deletes all temporary files. Once `signal` is aborted, no further command is started.
     */
    static async with<T>(name: string, signal: AbortSignal, work: (stack: PulumiStack) => Promise<T>): Promise<T> {
        return withTemporaryFolder((dir) => work(new PulumiStack(name, dir, signal)));
    }

    /**
     * Replaces the state, unless it is no longer the one that `found` was. Pulumi has no command that holds the lock
     * between an export and an import. A run that begins in between either makes the import fail, since it holds the lock,
     * or has changed the state.
     *
     * @throws CommandError if the state has changed, or if the stack is locked
     */
    async replace(found: ExportedState, state: ExportedState): Promise<void> {
        if (!isDeepStrictEqual(await exportState(this.name), found)) {
            throw new CommandError("its state has changed meanwhile: another pulumi runs. Run teardown again");
        }
        const file = join(this.dir, "state.json");
        await writeFile(file, JSON.stringify(state), { mode: 0o600 });
        await this.change("stack", "import", "--file", file);
    }

    async refresh(urns: readonly string[]): Promise<void> {
        await this.update("refresh", ...urns.flatMap((urn) => ["--target", urn]));
    }

    /**
     * Destroys all resources except for these. Refreshes first: official plugins fail if a resource was already
     * deleted.
     */
    async destroyAllBut(urns: readonly string[]): Promise<void> {
        await this.update("destroy", "--refresh", ...urns.flatMap((urn) => ["--exclude", urn]));
    }

    /**
     * Removes the stack itself, with everything that is left in its state. Also removes the backups: earlier states
     * contain credentials, although these no longer work.
     */
    async remove(): Promise<void> {
        await this.change("stack", "rm", "--force", "--remove-backups", "--preserve-config", "--yes");
    }

    /**
     * Uses a config file that does not exist yet: all input is in the state, but Pulumi writes the salt to the file.
     */
    private async update(verb: string, ...args: string[]): Promise<void> {
        const config = ["--config-file", join(this.dir, "Pulumi.teardown.yaml")];
        await this.change(verb, ...args, "--yes", "--skip-preview", "--suppress-outputs", ...config);
    }

    /**
     * Runs a command that changes the stack. Breaks stale locks.
     *
     * @throws CommandError with the reason if Pulumi fails
     */
    private async change(...args: readonly string[]): Promise<void> {
        const result = await this.run(args);
        const locks = locksIn(result.stderr + result.stdout);
        const held = locks.filter((lock) => !isStale(lock, currentHost()));
        if (held.length > 0) {
            throw new CommandError(describeLocks(this.name, held));
        }
        if (locks.length === 0) {
            expectSuccess(args, result);
            return;
        }
        log(`${this.name}: breaking the lock of a pulumi that no longer runs`);
        await pulumiOrThrow(["cancel", "--yes", "--stack", this.name]);
        expectSuccess(args, await this.run(args));
    }

    private run(args: readonly string[]): Promise<PulumiResult> {
        this.signal.throwIfAborted();
        // Without this env var, refresh would use a new passphrase of its own instead of the stack's.
        const env = { PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true" };
        return pulumi([...args, "--stack", this.name], { show: true, env });
    }
}

function currentHost(): CurrentHost {
    const { CI = "" } = process.env;
    return { user: userName(), host: hostname(), isShared: CI !== "" && CI !== "false", now: new Date(), isRunning };
}

/** Returns the name that Pulumi writes into its locks; `undefined` if this user has none. */
function userName(): string | undefined {
    try {
        return userInfo().username;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ERR_SYSTEM_ERROR") {
            return undefined;
        }
        throw error;
    }
}

function expectSuccess([verb = "", ...args]: readonly string[], { code, stdout, stderr }: PulumiResult): void {
    if (code !== 0) {
        const command = verb === "stack" ? `stack ${args[0] ?? ""}` : verb;
        throw new CommandError(`pulumi ${command} failed: ${reasonIn(`${stderr}\n${stdout}`) ?? `exit code ${code}`}`);
    }
}
