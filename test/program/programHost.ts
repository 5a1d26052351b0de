import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";

/** Young objects of this many MB are collected less often, which saves a tenth of the time. */
const SEMI_SPACE_MB = 64;

/**
 * A process that runs the Pulumi program of one command after the other (host.cjs). Without it, the language host
 * starts a process for each command, and loading Pulumi's SDK takes half of the command's time. It ends with this
 * process.
 */
export class ProgramHost {
    private readonly socket: string;
    private process: ChildProcess;
    private isClosing = false;

    /**
     * @param dir folder for the socket and the log, for the current user only
     * @param env env vars of the host; the program gets those of its command
     */
    constructor(
        dir: string,
        private readonly nodeEnv: Readonly<Record<string, string>>,
    ) {
        this.socket = join(dir, "program");
        this.process = this.start();
    }

    /** Env vars of commands whose programs the host runs. */
    get env(): Record<string, string> {
        const client = join(__dirname, "client.cjs");
        return { TEST_PROGRAM_HOST: this.socket, NODE_OPTIONS: `--require ${JSON.stringify(client)}` };
    }

    /** Starts the host. It ends after a program that is killed or leaves something undone, and is started again. */
    private start(): ChildProcess {
        const log = openSync(`${this.socket}.log`, "a", 0o600);
        const args = [`--max-semi-space-size=${SEMI_SPACE_MB}`, join(__dirname, "host.cjs"), this.socket];
        const child = spawn(process.execPath, args, {
            env: { ...process.env, ...this.nodeEnv },
            stdio: ["pipe", log, log],
        });
        closeSync(log);
        child.once("exit", () => {
            if (!this.isClosing) {
                this.process = this.start();
            }
        });
        return child;
    }

    async close(): Promise<void> {
        this.isClosing = true;
        if (this.process.exitCode === null && this.process.signalCode === null) {
            const ended = once(this.process, "exit");
            this.process.stdin?.end();
            await ended;
        }
    }
}
