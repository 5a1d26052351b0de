import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { projectDir } from "./paths";

export const STACK = "dev";
/** Public: what it protects opens nothing outside `.sandbox/`. */
export const PASSPHRASE = "sandbox";

interface StackFile {
    readonly config?: { readonly "airflow-secrets-backends:deployments"?: readonly Entry[] };
}

interface Entry {
    readonly name: string;
    readonly target: { readonly kind: string };
}

/** Releases of the dev stack's config, which the sandbox's Kubernetes then runs. */
export interface Releases {
    readonly all: readonly string[];
    /** Those whose env vars go through Houston. */
    readonly onAstronomer: readonly string[];
}

export async function releases(): Promise<Releases> {
    const text = await readFile(join(projectDir, `Pulumi.${STACK}.yaml`), "utf8");
    const { config } = parse(text) as StackFile;
    const entries = config?.["airflow-secrets-backends:deployments"] ?? [];
    return {
        all: entries.map(({ name }) => name),
        onAstronomer: entries.filter(({ target }) => target.kind === "astronomer").map(({ name }) => name),
    };
}
