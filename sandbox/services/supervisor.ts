import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Foreground } from "../commands";
import { log, SandboxError } from "../progress";
import { endLeftovers, identify, type Running } from "./leftovers";

export interface Service {
    /** Also the name of its log file. */
    readonly name: string;
    readonly command: string;
    readonly args: readonly string[];
    /** The whole environment: nothing of the user's own reaches a service unasked. */
    readonly env: Record<string, string>;
    /** Asks the service whether it is ready. A rejection means not yet, and its message says what is missing. */
    readonly ready: () => Promise<void>;
}

/** How long a service may take until it is ready. A loaded machine takes a tenth of it. */
const READY_MS = 120_000;

interface GuardEvent {
    readonly started?: string;
    readonly pid?: number;
    readonly failed?: string;
    readonly reason?: string;
    readonly exited?: string;
    readonly how?: string;
}

/** Starts services under a guard process that outlives this one just long enough to stop them. */
export class Supervisor {
    private readonly ended = new Map<string, string>();
    private readonly running: Running[] = [];
    private closing = false;

    private constructor(
        private readonly guard: ChildProcess,
        private readonly dir: string,
    ) {
        if (guard.stdout !== null) {
            createInterface({ input: guard.stdout }).on("line", (line) => {
                this.note(JSON.parse(line) as GuardEvent);
            });
        }
    }

    /** @param dir where logs and the list of what runs are kept */
    static async start(dir: string): Promise<Supervisor> {
        await mkdir(join(dir, "logs"), { recursive: true, mode: 0o700 });
        await endLeftovers(join(dir, "running.json"));
        const guard = spawn(process.execPath, [join(__dirname, "guard.mjs")], {
            detached: true,
            stdio: ["pipe", "pipe", "inherit"],
            env: {},
        });
        await once(guard, "spawn");
        return new Supervisor(guard, dir);
    }

    logFile(name: string): string {
        return join(this.dir, "logs", `${name}.log`);
    }

    /** Starts a service and resolves when it answers. */
    async run(service: Service): Promise<void> {
        const { name, command, args, env } = service;
        this.guard.stdin?.write(
            `${JSON.stringify({ start: { name, command, args, env, log: this.logFile(name) } })}\n`,
        );
        const giveUp = performance.now() + READY_MS;
        for (;;) {
            const end = this.ended.get(name);
            if (end !== undefined) {
                throw new SandboxError(`${name} ended (${end}) before it was ready.\n${await this.lastLines(name)}`);
            }
            try {
                await service.ready();
                return;
            } catch (error) {
                if (performance.now() > giveUp) {
                    const reason = error instanceof Error ? error.message : String(error);
                    throw new SandboxError(`${name} is not ready: ${reason}\n${await this.lastLines(name)}`);
                }
            }
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
    }

    /** Has this process ended before the services should this one die; without one, the last that was named is done. */
    adopt(foreground?: Foreground): void {
        this.guard.stdin?.write(`${JSON.stringify({ foreground: foreground ?? null })}\n`);
    }

    /** Stops every service, the last one first, and waits until all are gone. */
    async close(): Promise<void> {
        this.closing = true;
        if (this.guard.exitCode === null && this.guard.signalCode === null) {
            const gone = once(this.guard, "exit");
            this.guard.stdin?.end();
            await gone;
        }
        await rm(join(this.dir, "running.json"), { force: true });
    }

    private note(event: GuardEvent): void {
        if (event.started !== undefined && event.pid !== undefined) {
            void this.remember(event.pid);
        }
        const name = event.exited ?? event.failed;
        if (name !== undefined) {
            this.ended.set(name, event.how ?? event.reason ?? "for no known reason");
            if (!this.closing) {
                log(`${name} ended: ${event.how ?? event.reason ?? ""}; its log is ${this.logFile(name)}`);
            }
        }
    }

    private async remember(pid: number): Promise<void> {
        this.running.push({ pid, identity: await identify(pid) });
        await writeFile(join(this.dir, "running.json"), JSON.stringify(this.running), { mode: 0o600 });
    }

    private async lastLines(name: string): Promise<string> {
        const text = await readFile(this.logFile(name), "utf8").catch(() => "");
        const lines = text.trimEnd().split("\n").slice(-15).join("\n");
        return `The end of ${this.logFile(name)}:\n${lines}`;
    }
}
