import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { ConfigError } from "../config/errors";
import { expiresIn } from "../stack/expires";
import { parseStack } from "../stack/parse";
import type { DeploymentConfig } from "../stack/schema";
import { workloadsOfRelease, type Workloads } from "./company/releases";
import { projectDir } from "./paths";
import { log } from "./progress";

export const STACK = "dev";
/** Public on purpose: the secrets that it encrypts give access to nothing outside `.sandbox/`. */
export const PASSPHRASE = "sandbox";

const DEPLOYMENTS = "airflow-secrets-backends:deployments";

/** An Airflow release in the cluster, with its workloads. */
export interface Airflow extends Workloads {
    readonly release: string;
}

export interface Airflows {
    readonly all: readonly Airflow[];
    /** Releases whose env vars are set through Houston. */
    readonly onAstronomer: readonly string[];
}

/**
 * Returns the stacks whose Airflows the sandbox installs: dev first, then the test stacks of the checkout, which have
 * an expiry time in their file.
 */
export async function sandboxStacks(dir = projectDir): Promise<string[]> {
    const names = (await readdir(dir)).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
    const others = names.filter((name) => name !== STACK).sort();
    const isTest = await Promise.all(others.map(async (name) => expiresIn(await configOf(name, dir)) !== undefined));
    return [STACK, ...others.filter((_, index) => isTest[index])];
}

/** Returns the Airflows that the config of these stacks names. They exist before a stack is created. */
export async function airflowsOf(stacks: readonly string[], dir = projectDir): Promise<Airflows> {
    const deployments = (await Promise.all(stacks.map((stack) => deploymentsOf(stack, dir)))).flat();
    const seen = new Set<string>();
    const isFirst = (key: string): boolean => !seen.has(key) && seen.add(key).has(key);
    const all = deployments.map((deployment): Airflow => {
        const release = releaseOf(deployment);
        const { namespace, workloads } =
            deployment.target.kind === "kubernetes" ? deployment.target : workloadsOfRelease(release);
        // Two stacks may name the same workload, mostly one of dev's. It is created once, by the first stack in the
        // list; conflicts are left to the stacks.
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
        return parseStack({ deployments: config[DEPLOYMENTS], expires: expiresIn(config) }).deployments;
    } catch (error) {
        if (error instanceof ConfigError) {
            // The first one is enough here: Pulumi reports all of them.
            log(`no Airflow for stack ${stack}: ${error.problems[0] ?? ""}`);
            return [];
        }
        throw error;
    }
}

async function configOf(stack: string, dir: string): Promise<Readonly<Record<string, unknown>>> {
    const text = await readFile(join(dir, `Pulumi.${stack}.yaml`), "utf8");
    return ((parse(text) ?? {}) as { config?: Record<string, unknown> }).config ?? {};
}
