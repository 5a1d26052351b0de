/**
 * Measures the cost of a preview of this stack, compared with a preview of an empty Pulumi program. All programs are
 * measured in turn in one run, since figures of different runs or machines can hardly be compared.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { execa } from "execa";
import { log, SandboxError } from "../progress";
import { openSandbox } from "../sandbox";
import { STACK } from "../stackFile";
import { install } from "../tools/installed";
import { measure, SAMPLE_MS, type Cost } from "./measure";
import { programs } from "./programs";
import { formatCosts } from "./report";

const ROUNDS = 5;

async function main(): Promise<void> {
    new Command("npm run bench --")
        .description(
            "Measures the cost of a preview of 5 and of 10 Deployments, compared with an empty program. Takes a few minutes.",
        )
        .parse();
    const installed = await install();
    const dir = await mkdtemp(join(tmpdir(), "bench-"));
    process.env.SANDBOX_STATE_DIR = join(dir, "state");
    const sandbox = await openSandbox(installed);
    const close = async (): Promise<void> => {
        await sandbox.close();
        await rm(dir, { recursive: true, force: true });
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => {
            void close().then(() => process.exit(130));
        });
    }
    try {
        await measureAll(dir, sandbox.env);
    } finally {
        await close();
    }
}

async function measureAll(dir: string, env: Record<string, string>): Promise<void> {
    const measured = (await programs(dir)).map((program) => ({ ...program, costs: [] as Cost[] }));
    for (const cwd of new Set(measured.map((program) => program.cwd))) {
        await execa("pulumi", ["stack", "select", "--create", STACK, "--non-interactive"], { cwd, env });
    }
    for (let round = 0; round <= ROUNDS; round += 1) {
        for (const { title, cwd, args, costs, env: programEnv } of measured) {
            const preview = ["pulumi", "preview", "--non-interactive", "--stack", STACK, ...args] as const;
            const cost = await measure(preview, { cwd, env: { ...env, ...programEnv } });
            // The first round only warms the disk caches.
            if (round > 0) {
                costs.push(cost);
                log(`round ${round} of ${ROUNDS}, ${title}: ${formatCost(cost)}`);
            }
        }
    }
    console.log(`pulumi preview of ${measured.map(({ title }) => title).join(", of ")}, in turn, ${ROUNDS} rounds`);
    console.log(`after one warm-up round. ${cpus().length} cores, Node.js ${process.versions.node}.`);
    console.log("Counted: pulumi and all its child processes, until the last one exits; resident memory, summed every");
    console.log(`${SAMPLE_MS} ms. Not counted: the providers and the services that they call, which the sandbox runs.`);
    console.log("Median (minimum to maximum), and the ratio to the empty program:");
    console.log(formatCosts(measured));
}

function formatCost({ seconds, cpuSeconds, megabytes }: Cost): string {
    return `${seconds.toFixed(2)} s, CPU ${cpuSeconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB`;
}

main().catch((error: unknown) => {
    console.error(error instanceof SandboxError ? error.message : error);
    process.exitCode = 1;
});
