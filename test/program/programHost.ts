import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { Socket } from "node:net";
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

    /**
     * @param dir folder for the socket and the log, for the current user only
     * @param nodeEnv env vars of the host that Node.js reads when it starts; a program gets those of its command
     */
    constructor(
        dir: string,
        private readonly nodeEnv: Readonly<Record<string, string>>,
    ) {
        this.socket = join(dir, "program");
        this.start();
    }

    /** Env vars of commands whose programs the host runs. */
    get env(): Record<string, string> {
        const client = join(__dirname, "client.cjs");
        return { TEST_PROGRAM_HOST: this.socket, NODE_OPTIONS: `--require ${JSON.stringify(client)}` };
    }

    /**
     * Starts the host. It exits with 0 after a program that was killed or leaves something undone, and is started again.
     * If it fails, programs run in processes of their own.
     */
    private start(): void {
        const log = openSync(`${this.socket}.log`, "a", 0o600);
        const args = [
            `--max-semi-space-size=${SEMI_SPACE_MB}`,
            "--disable-warning=ExperimentalWarning",
            join(__dirname, "host.cjs"),
            this.socket,
        ];
        const child = spawn(process.execPath, args, {
            env: { ...process.env, ...this.nodeEnv },
            stdio: ["pipe", log, log],
        });
        closeSync(log);
        child.once("exit", (code) => {
            if (code === 0) {
                this.start();
            }
        });
        // This process may end while the host runs.
        child.unref();
        (child.stdin as Socket).unref();
    }
}
