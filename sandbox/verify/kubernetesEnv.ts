import type { Workload, Workloads } from "../company/releases";
import type { StackDeployment } from "./stackDeployments";
import { failed, passed, type Outcome } from "./report";

/** One entry of a container's `env`, as in the Kubernetes API. */
export interface EnvEntry {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef?: { readonly name?: string; readonly key: string } };
}

export interface Container {
    readonly name: string;
    readonly env?: readonly EnvEntry[];
}

/** What verify reads from a cluster. Methods return undefined if the object does not exist. */
export interface Cluster {
    containers(namespace: string, workload: Workload): Promise<readonly Container[] | undefined>;
    /** The Secret's entries, decoded. */
    secret(namespace: string, name: string): Promise<Readonly<Record<string, string>> | undefined>;
}

/** The environment that the Deployment's pods would get. */
export interface WiredEnv {
    /** The env vars that have the same value in every container. */
    readonly values: Readonly<Record<string, string>>;
    readonly outcome: Outcome;
}

/** Reads the env vars that the stack reports as set from every container that it reports. */
export async function wiredEnv(
    cluster: Cluster,
    target: Workloads,
    variables: StackDeployment["env"],
): Promise<WiredEnv> {
    const { containers, problems } = await namedContainers(cluster, target);
    const values: Record<string, string> = {};
    for (const { name } of variables) {
        const found = new Set<string>();
        // A problem is often the same in several containers: it is reported once, with all containers.
        const labelsByProblem = new Map<string, string[]>();
        for (const { label, container } of containers) {
            const { ok, detail } = await resolveEnvVar(cluster, target.namespace, container, name);
            if (ok) found.add(detail);
            else labelsByProblem.set(detail, [...(labelsByProblem.get(detail) ?? []), label]);
        }
        for (const [problem, labels] of labelsByProblem) problems.push(`${name} ${problem}: ${labels.join(", ")}`);
        const [value, ...others] = found;
        if (others.length > 0) problems.push(`${name} has different values in different containers`);
        else if (value !== undefined) values[name] = value;
    }
    const outcome =
        problems.length > 0
            ? failed(`namespace ${target.namespace}: ${problems.join("; ")}`)
            : passed(`${variables.length} env vars on ${containers.length} containers`);
    return { values, outcome };
}

interface NamedContainer {
    /** Identifies the container in messages. */
    readonly label: string;
    readonly container: Container;
}

async function namedContainers(
    cluster: Cluster,
    target: Workloads,
): Promise<{ containers: NamedContainer[]; problems: string[] }> {
    const named: NamedContainer[] = [];
    const problems: string[] = [];
    for (const workload of target.workloads) {
        const label = `${workload.kind} ${workload.name}`;
        const containers = await cluster.containers(target.namespace, workload);
        if (containers === undefined) {
            problems.push(`${label} does not exist`);
            continue;
        }
        for (const name of workload.containers) {
            const container = containers.find((each) => each.name === name);
            if (container === undefined) problems.push(`${label} has no container ${name}`);
            else named.push({ label: `${label} (${name})`, container });
        }
    }
    if (named.length === 0) problems.push("no container to check");
    return { containers: named, problems };
}

/** Returns the env var's value as `detail`, or a failure with the reason why it has none. */
async function resolveEnvVar(
    cluster: Cluster,
    namespace: string,
    container: Container,
    name: string,
): Promise<Outcome> {
    const entry = container.env?.find((each) => each.name === name);
    if (entry === undefined) return failed("is not set");
    const reference = entry.valueFrom?.secretKeyRef;
    if (reference?.name === undefined) return failed("is not a reference to a Secret");
    const secret = await cluster.secret(namespace, reference.name);
    if (secret === undefined) return failed(`refers to Secret ${reference.name}, which does not exist`);
    const value = secret[reference.key];
    if (value === undefined)
        return failed(`refers to key ${reference.key}, which Secret ${reference.name} does not have`);
    return value === "" ? failed("is empty") : passed(value);
}
