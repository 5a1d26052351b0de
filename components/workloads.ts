/** What of a live Kubernetes workload stands in the way of our env entries. Pure: the reading is in `cluster.ts`. */

export interface Workload {
    readonly kind: "Deployment" | "StatefulSet";
    readonly name: string;
    readonly containers: readonly string[];
}

/** The parts of a live Deployment or StatefulSet that are looked at. */
export interface LiveWorkload {
    readonly metadata?: { readonly managedFields?: readonly ManagedFields[] };
    readonly spec?: { readonly template?: { readonly spec?: { readonly containers?: readonly LiveContainer[] } } };
}

interface LiveContainer {
    readonly name: string;
    readonly env?: readonly { readonly name: string; readonly valueFrom?: object }[];
}

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management */
interface ManagedFields {
    readonly manager?: string;
    readonly fieldsV1?: object;
}

/** Gives `undefined` where there is no such workload. */
export type ReadWorkload = (
    workload: Pick<Workload, "kind" | "name"> & { namespace: string },
) => Promise<LiveWorkload | undefined>;

export interface Plan {
    readonly namespace: string;
    readonly workloads: readonly Workload[];
    /** Names of the env vars to be set. */
    readonly names: readonly string[];
    /** Our own field manager. */
    readonly manager: string;
    readonly force: boolean;
    readonly readWorkload: ReadWorkload;
}

/** Every problem of the plan, a sentence each. */
export async function findProblems(plan: Plan): Promise<string[]> {
    const found = plan.workloads.map(async (workload) => {
        const live = await plan.readWorkload({ ...workload, namespace: plan.namespace });
        return live === undefined ? [missingWorkload(plan, workload)] : problemsOf(plan, workload, live);
    });
    return (await Promise.all(found)).flat();
}

function missingWorkload({ namespace }: Plan, { kind, name }: Workload): string {
    return (
        `there is no ${kind} "${name}" in namespace "${namespace}". ` +
        `See what there is: kubectl get deployments,statefulsets -n ${namespace}`
    );
}

function problemsOf(plan: Plan, workload: Workload, live: LiveWorkload): string[] {
    const where = `${workload.kind} "${workload.name}" in namespace "${plan.namespace}"`;
    const containers = live.spec?.template?.spec?.containers ?? [];
    return workload.containers.flatMap((wanted) => {
        const container = containers.find(({ name }) => name === wanted);
        if (container === undefined) {
            const names = containers.map(({ name }) => name).join(", ");
            return [`${where} has no container "${wanted}", only: ${names}`];
        }
        return plan.force ? [] : conflictsOf(plan, live, container).map((conflict) => `${where}, ${conflict}`);
    });
}

function conflictsOf(plan: Plan, live: LiveWorkload, container: LiveContainer): string[] {
    return plan.names.flatMap((variable) => {
        const entry = container.env?.find(({ name }) => name === variable);
        if (entry === undefined) {
            return [];
        }
        const owners = ownersOf(live, container.name, variable);
        if (owners.length > 0 && owners.every((owner) => owner === plan.manager)) {
            return [];
        }
        const others = owners.filter((owner) => owner !== plan.manager).map((owner) => `"${owner}"`);
        const form = entry.valueFrom === undefined ? "a literal value" : "a reference";
        return [
            `container "${container.name}": ${variable} is already set, to ${form} owned by ` +
                `${others.join(", ") || "nobody that Kubernetes has recorded"}. Remove it there, or set force: true ` +
                `on this target to take it over; its old value is then gone`,
        ];
    });
}

/** Field managers that own the value of an env entry. */
function ownersOf(live: LiveWorkload, container: string, variable: string): string[] {
    const path = ["f:spec", "f:template", "f:spec", "f:containers", key(container), "f:env", key(variable)];
    return (live.metadata?.managedFields ?? []).flatMap(({ manager, fieldsV1 }) => {
        const entry = path.reduce<unknown>(child, fieldsV1);
        const owns = child(entry, "f:value") !== undefined || child(entry, "f:valueFrom") !== undefined;
        return owns && manager !== undefined ? [manager] : [];
    });
}

const key = (name: string): string => `k:${JSON.stringify({ name })}`;

function child(node: unknown, field: string): unknown {
    return typeof node === "object" && node !== null ? (node as Record<string, unknown>)[field] : undefined;
}
