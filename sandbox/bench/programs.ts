import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { projectDir } from "../paths";
import { STACK } from "../stackFile";

const KEY = "airflow-secrets-backends:deployments";

interface StackFile {
    readonly config: Record<string, unknown> & { readonly [KEY]: readonly ConfiguredDeployment[] };
}

interface ConfiguredDeployment {
    readonly backend: { readonly kind: string };
}

/** A Pulumi program whose preview is measured. */
export interface Program {
    readonly title: string;
    readonly cwd: string;
    /** Arguments of `pulumi preview`. */
    readonly args: readonly string[];
    /** Environment variables in addition to the sandbox's. */
    readonly env: Readonly<Record<string, string>>;
}

/**
 * Returns an empty program, this stack with one Deployment per kind of backend, and this stack with all Deployments of
 * `dev`.
 */
export async function programs(dir: string): Promise<Program[]> {
    const file = parse(await readFile(join(projectDir, `Pulumi.${STACK}.yaml`), "utf8")) as StackFile;
    const all = file.config[KEY];
    const firstOfEachKind = [...new Map(all.toReversed().map((each) => [each.backend.kind, each])).values()];

    return Promise.all([emptyProgram(dir), thisStack(firstOfEachKind), thisStack(all)]);

    async function thisStack(deployments: readonly ConfiguredDeployment[]): Promise<Program> {
        const config = join(dir, `Pulumi.${deployments.length}.yaml`);
        await writeFile(config, stringify({ ...file, config: { ...file.config, [KEY]: deployments } }));
        return {
            title: `${deployments.length} Deployments`,
            cwd: projectDir,
            args: ["--config-file", config],
            env: {},
        };
    }
}

/** Writes a minimal Pulumi program in TypeScript, with the same packages and compiler settings. */
async function emptyProgram(dir: string): Promise<Program> {
    const folder = join(dir, "empty");
    await mkdir(folder);
    await symlink(join(projectDir, "node_modules"), join(folder, "node_modules"));
    await Promise.all([
        writeFile(join(folder, "Pulumi.yaml"), "name: empty\nruntime: nodejs\nmain: index.ts\n"),
        writeFile(join(folder, "package.json"), JSON.stringify({ name: "empty", main: "index.ts" })),
        writeFile(join(folder, "tsconfig.json"), await readFile(join(projectDir, "tsconfig.json"), "utf8")),
        writeFile(
            join(folder, "index.ts"),
            'import * as pulumi from "@pulumi/pulumi";\n\nexport const stack = pulumi.getStack();\n',
        ),
    ]);
    // The sandbox's language host does not compile TypeScript by default.
    return { title: "an empty program", cwd: folder, args: [], env: { PULUMI_NODEJS_TYPESCRIPT: "true" } };
}
