/**
 * What a preview of this stack costs against one of a Pulumi program that does nothing, measured side by side in one
 * run: figures of different runs or machines say little about each other.
 */
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { execa } from "execa";
import { parse, stringify } from "yaml";
import { projectDir } from "../paths";
import { log, SandboxError } from "../progress";
import { openSandbox } from "../sandbox";
import { STACK } from "../stackFile";
import { install } from "../tools/installed";
import { measure, type Cost } from "./processTree";

const ROUNDS = 5;
const KEY = "airflow-secrets-backends:deployments";

interface StackFile {
    readonly config: Record<string, unknown> & { [KEY]: { readonly backend: { readonly kind: string } }[] };
}

async function main(): Promise<void> {
    new Command("npm run bench --")
        .description(
            "Measures what a preview of this stack costs against one of an empty program. Takes a minute or two.",
        )
        .parse();
    const installed = await install();
    const dir = await mkdtemp(join(tmpdir(), "bench-"));
    process.env.SANDBOX_STATE_DIR = join(dir, "state");
    const sandbox = await openSandbox(installed);
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => {
            void close().then(() => process.exit(130));
        });
    }
    const close = async (): Promise<void> => {
        await sandbox.close();
        await rm(dir, { recursive: true, force: true });
    };
    try {
        const { env } = sandbox;
        const { config, kinds } = await oneOfEachKind(dir);
        const ours = { cwd: projectDir, env };
        const empty = { cwd: await emptyProgram(dir), env };
        for (const { cwd } of [ours, empty]) {
            await execa("pulumi", ["stack", "select", "--create", STACK, "--non-interactive"], { cwd, env });
        }
        const costs: Record<"ours" | "empty", Cost[]> = { ours: [], empty: [] };
        for (let round = 0; round <= ROUNDS; round += 1) {
            const preview = ["pulumi", "preview", "--non-interactive", "--stack", STACK] as const;
            const baseline = await measure(preview, empty);
            const stack = await measure([...preview, "--config-file", config], ours);
            // The first round fills the caches of the disk.
            if (round > 0) {
                costs.empty.push(baseline);
                costs.ours.push(stack);
                log(`round ${round} of ${ROUNDS}: empty ${show(baseline)}, this stack ${show(stack)}`);
            }
        }
        report(costs, kinds);
    } finally {
        await close();
    }
}

/** A copy of the dev stack's config that has the first Deployment of each kind of backend. */
async function oneOfEachKind(dir: string): Promise<{ config: string; kinds: string[] }> {
    const file = parse(await readFile(join(projectDir, `Pulumi.${STACK}.yaml`), "utf8")) as StackFile;
    const kinds = new Map(file.config[KEY].toReversed().map((each) => [each.backend.kind, each]));
    const config = join(dir, `Pulumi.${STACK}.yaml`);
    await writeFile(config, stringify({ ...file, config: { ...file.config, [KEY]: [...kinds.values()] } }));
    return { config, kinds: [...kinds.keys()] };
}

/** The least that is a TypeScript program of Pulumi's, on the same packages and compiler settings. */
async function emptyProgram(dir: string): Promise<string> {
    const folder = join(dir, "empty");
    await mkdir(folder);
    await Promise.all(
        // The compiler settings name a file among the scripts.
        ["node_modules", "scripts"].map((name) => symlink(join(projectDir, name), join(folder, name))),
    );
    await Promise.all([
        writeFile(join(folder, "Pulumi.yaml"), "name: empty\nruntime: nodejs\nmain: index.ts\n"),
        writeFile(join(folder, "package.json"), JSON.stringify({ name: "empty", main: "index.ts" })),
        writeFile(join(folder, "tsconfig.json"), await readFile(join(projectDir, "tsconfig.json"), "utf8")),
        writeFile(
            join(folder, "index.ts"),
            'import * as pulumi from "@pulumi/pulumi";\n\nexport const stack = pulumi.getStack();\n',
        ),
    ]);
    return folder;
}

function report({ ours, empty }: Record<"ours" | "empty", Cost[]>, kinds: readonly string[]): void {
    const row = (key: keyof Cost): string => {
        const [own, base] = [ours, empty].map((costs) => median(costs.map((cost) => cost[key]))) as [number, number];
        const unit = key === "seconds" ? "s" : "MB";
        const digits = key === "seconds" ? 2 : 0;
        return `${(own / base).toFixed(2)} × (${own.toFixed(digits)} ${unit} against ${base.toFixed(digits)} ${unit})`;
    };
    console.log(`pulumi preview of ${kinds.length} Deployments (${kinds.join(", ")}) against an empty program,`);
    console.log(`medians of ${ROUNDS} rounds, ${cpus().length} cores, Node.js ${process.versions.node}:`);
    console.log(`  wall time    ${row("seconds")}`);
    console.log(`  peak memory  ${row("megabytes")}`);
}

function median(values: readonly number[]): number {
    return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function show({ seconds, megabytes }: Cost): string {
    return `${seconds.toFixed(2)} s ${megabytes.toFixed(0)} MB`;
}

main().catch((error: unknown) => {
    console.error(error instanceof SandboxError ? error.message : error);
    process.exitCode = 1;
});
