import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { ConfigError } from "../config/errors";
import { EXPIRES_IN_FILE } from "../stack/expires";
import { parseStack } from "../stack/parse";
import type { DeploymentConfig } from "../stack/schema";
import { workloadsOfRelease, type Workloads } from "./company/releases";
import { projectDir } from "./paths";
import { log } from "./progress";

export const STACK = "dev";
/** Public: what it protects opens nothing outside `.sandbox/`. */
export const PASSPHRASE = "sandbox";

const DEPLOYMENTS = "airflow-secrets-backends:deployments";

/** An Airflow in the cluster. */
export interface Airflow extends Workloads {
    readonly release: string;
}

export interface Airflows {
    readonly all: readonly Airflow[];
    /** Releases whose env vars go through Houston. */
    readonly onAstronomer: readonly string[];
}

/** The stacks whose Airflows the sandbox has: dev first, then those of the checkout that say when they expire. */
export async function sandboxStacks(dir = projectDir): Promise<string[]> {
    const names = (await readdir(dir)).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
    const others = names.filter((name) => name !== STACK).sort();
    const isTest = await Promise.all(others.map(async (name) => EXPIRES_IN_FILE in (await configOf(name, dir))));
    return [STACK, ...others.filter((_, index) => isTest[index])];
}

/** The Airflows that these stacks' config names, which the company has before a stack comes. */
export async function airflowsOf(stacks: readonly string[], dir = projectDir): Promise<Airflows> {
    const deployments = (await Promise.all(stacks.map((stack) => deploymentsOf(stack, dir)))).flat();
    const seen = new Set<string>();
    const isFirst = (key: string): boolean => !seen.has(key) && seen.add(key).has(key);
    const all = deployments.map((deployment): Airflow => {
        const release = releaseOf(deployment);
        const { namespace, workloads } =
            deployment.target.kind === "kubernetes" ? deployment.target : workloadsOfRelease(release);
        // A stack may name what another one has, dev above all; what comes of that is between the two.
        return {
            release,
            namespace,
            workloads: workloads.filter(({ kind, name }) => isFirst(`${namespace} ${kind} ${name}`)),
        };
    });
    const onAstronomer = deployments.filter(({ target }) => target.kind === "astronomer").map(releaseOf);
    return { all, onAstronomer: [...new Set(onAstronomer)] };
}

function releaseOf({ name, target }: DeploymentConfig): string {
    return target.kind === "astronomer" ? (target.releaseName ?? name) : name;
}

async function deploymentsOf(stack: string, dir: string): Promise<readonly DeploymentConfig[]> {
    const config = await configOf(stack, dir);
    try {
        return parseStack({ deployments: config[DEPLOYMENTS], expires: config[EXPIRES_IN_FILE] }).deployments;
    } catch (error) {
        if (error instanceof ConfigError) {
            // Whoever runs Pulumi on it is told every mistake.
            log(`no Airflow for stack ${stack}: ${error.mistakes[0] ?? ""}`);
            return [];
        }
        throw error;
    }
}

async function configOf(stack: string, dir: string): Promise<Readonly<Record<string, unknown>>> {
    const text = await readFile(join(dir, `Pulumi.${stack}.yaml`), "utf8");
    return ((parse(text) ?? {}) as { config?: Record<string, unknown> }).config ?? {};
}
