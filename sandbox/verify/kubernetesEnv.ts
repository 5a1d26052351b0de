import type { Workload, Workloads } from "../company/releases";
import type { StackDeployment } from "./stackDeployments";
import { failed, passed, type Outcome } from "./report";

/** One entry of a container's `env`, as the Kubernetes API gives it. */
export interface EnvEntry {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef?: { readonly name?: string; readonly key: string } };
}

export interface Container {
    readonly name: string;
    readonly env?: readonly EnvEntry[];
}

/** What verify asks of a cluster. `undefined` means that the object is not there. */
export interface Cluster {
    containers(namespace: string, workload: Workload): Promise<readonly Container[] | undefined>;
    /** The Secret's entries, decoded. */
    secret(namespace: string, name: string): Promise<Readonly<Record<string, string>> | undefined>;
}

/** What the Deployment's pods would get. */
export interface WiredEnv {
    /** The variables that have one value, the same in every container. */
    readonly values: Readonly<Record<string, string>>;
    readonly outcome: Outcome;
}

/** Reads the variables that the stack says it has set, from every container that it says it has set them on. */
export async function wiredEnv(
    cluster: Cluster,
    target: Workloads,
    variables: StackDeployment["env"],
): Promise<WiredEnv> {
    const { containers, problems } = await namedContainers(cluster, target);
    const values: Record<string, string> = {};
    for (const { name } of variables) {
        const found = new Set<string>();
        // One fault is often the same everywhere: it is told once, with the places.
        const faults = new Map<string, string[]>();
        for (const { place, container } of containers) {
            const { ok, detail } = await resolve(cluster, target.namespace, container, name);
            if (ok) found.add(detail);
            else faults.set(detail, [...(faults.get(detail) ?? []), place]);
        }
        for (const [fault, places] of faults) problems.push(`${name} ${fault}: ${places.join(", ")}`);
        const [value, ...others] = found;
        if (others.length > 0) problems.push(`${name} has different values in different containers`);
        else if (value !== undefined) values[name] = value;
    }
    const outcome =
        problems.length > 0
            ? failed(`namespace ${target.namespace}: ${problems.join("; ")}`)
            : passed(`${variables.length} variables on ${containers.length} containers`);
    return { values, outcome };
}

interface NamedContainer {
    /** Says which container it is, for a message. */
    readonly place: string;
    readonly container: Container;
}

async function namedContainers(
    cluster: Cluster,
    target: Workloads,
): Promise<{ containers: NamedContainer[]; problems: string[] }> {
    const named: NamedContainer[] = [];
    const problems: string[] = [];
    for (const workload of target.workloads) {
        const place = `${workload.kind} ${workload.name}`;
        const containers = await cluster.containers(target.namespace, workload);
        if (containers === undefined) {
            problems.push(`${place} is not there`);
            continue;
        }
        for (const name of workload.containers) {
            const container = containers.find((each) => each.name === name);
            if (container === undefined) problems.push(`${place} has no container ${name}`);
            else named.push({ place: `${place} (${name})`, container });
        }
    }
    if (named.length === 0) problems.push("no container to look at");
    return { containers: named, problems };
}

/** The variable's value as `detail`, or what keeps it from having one. */
async function resolve(cluster: Cluster, namespace: string, container: Container, name: string): Promise<Outcome> {
    const entry = container.env?.find((each) => each.name === name);
    if (entry === undefined) return failed("is not set");
    const reference = entry.valueFrom?.secretKeyRef;
    if (reference?.name === undefined) return failed("is not a reference to a Secret");
    const secret = await cluster.secret(namespace, reference.name);
    if (secret === undefined) return failed(`refers to Secret ${reference.name}, which is not there`);
    const value = secret[reference.key];
    if (value === undefined)
        return failed(`refers to key ${reference.key}, which Secret ${reference.name} does not have`);
    return value === "" ? failed("is empty") : passed(value);
}
