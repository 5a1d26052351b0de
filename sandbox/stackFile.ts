import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { projectDir } from "./paths";

export const STACK = "dev";
/** Public: what it protects opens nothing outside `.sandbox/`. */
export const PASSPHRASE = "sandbox";

interface StackFile {
    readonly config?: { readonly "airflow-secrets-backends:deployments"?: readonly { readonly name: string }[] };
}

/** Names of the Deployments in the dev stack's config, which the sandbox's Kubernetes then runs. */
export async function releases(): Promise<string[]> {
    const text = await readFile(join(projectDir, `Pulumi.${STACK}.yaml`), "utf8");
    const { config } = parse(text) as StackFile;
    return (config?.["airflow-secrets-backends:deployments"] ?? []).map(({ name }) => name);
}
