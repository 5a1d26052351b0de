import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Foreground } from "../commands";
import { log, SandboxError } from "../progress";
import { endLeftovers, identify, type RunningProcess } from "./leftovers";

export interface Service {
    /** Also the name of its log file, without the extension. */
    readonly name: string;
    readonly command: string;
    readonly args: readonly string[];
    /** The whole environment: a service inherits nothing from the user's environment. */
    readonly env: Record<string, string>;
    /** Checks whether the service is ready. Rejects if it is not ready yet, with the reason. */
    readonly ready: () => Promise<void>;
}

/** Timeout until a service is ready. Even a busy machine needs only a tenth of it. */
const READY_MS = 120_000;

interface GuardEvent {
    readonly started?: string;
    readonly pid?: number;
    readonly failed?: string;
    readonly reason?: string;
    readonly exited?: string;
    readonly how?: string;
}

/** Starts services as children of a guard process, which outlives this process just long enough to stop them. */
export class Supervisor {
    private readonly ended = new Map<string, string>();
    private readonly running: RunningProcess[] = [];
    private closing = false;

    private constructor(
        private readonly guard: ChildProcess,
        private readonly dir: string,
    ) {
        if (guard.stdout !== null) {
            createInterface({ input: guard.stdout }).on("line", (line) => {
                this.handleEvent(JSON.parse(line) as GuardEvent);
            });
        }
    }

    /** @param dir folder for the logs and the list of running processes */
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

    /**
     * Starts a service and resolves when it is ready.
     *
     * @throws SandboxError if it exits first or is not ready within `READY_MS`
     */
    async run(service: Service): Promise<void> {
        const { name, command, args, env } = service;
        this.guard.stdin?.write(
            `${JSON.stringify({ start: { name, command, args, env, log: this.logFile(name) } })}\n`,
        );
        const deadline = performance.now() + READY_MS;
        for (;;) {
            const end = this.ended.get(name);
            if (end !== undefined) {
                throw new SandboxError(`${name} ended (${end}) before it was ready.\n${await this.lastLines(name)}`);
            }
            try {
                await service.ready();
                return;
            } catch (error) {
                if (performance.now() > deadline) {
                    const reason = error instanceof Error ? error.message : String(error);
                    throw new SandboxError(`${name} is not ready: ${reason}\n${await this.lastLines(name)}`);
                }
            }
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
    }

    /**
     * Sets the process that has to end before the services are stopped, should this process die. Without an argument,
     * there is none any more.
     */
    setForeground(foreground?: Foreground): void {
        this.guard.stdin?.write(`${JSON.stringify({ foreground: foreground ?? null })}\n`);
    }

    /** Lets this process end while services run: the guard then stops them. */
    unref(): void {
        this.guard.unref();
        for (const pipe of [this.guard.stdin, this.guard.stdout]) {
            (pipe as Socket | null)?.unref();
        }
    }

    /** Stops every service, the last one first, and waits until all have ended. */
    async close(): Promise<void> {
        this.closing = true;
        if (this.guard.exitCode === null && this.guard.signalCode === null) {
            const exited = once(this.guard, "exit");
            this.guard.stdin?.end();
            await exited;
        }
        await rm(join(this.dir, "running.json"), { force: true });
    }

    private handleEvent(event: GuardEvent): void {
        if (event.started !== undefined && event.pid !== undefined) {
            void this.recordProcess(event.pid);
        }
        const name = event.exited ?? event.failed;
        if (name !== undefined) {
            this.ended.set(name, event.how ?? event.reason ?? "for no known reason");
            if (!this.closing) {
                log(`${name} ended: ${event.how ?? event.reason ?? ""}; its log is ${this.logFile(name)}`);
            }
        }
    }

    private async recordProcess(pid: number): Promise<void> {
        this.running.push({ pid, identity: await identify(pid) });
        await writeFile(join(this.dir, "running.json"), JSON.stringify(this.running), { mode: 0o600 });
    }

    private async lastLines(name: string): Promise<string> {
        const text = await readFile(this.logFile(name), "utf8").catch(() => "");
        const lines = text.trimEnd().split("\n").slice(-15).join("\n");
        return `The end of ${this.logFile(name)}:\n${lines}`;
    }
}
