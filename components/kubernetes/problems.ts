import { ownersOf } from "./ownership";
import { containersOf, title, type LiveContainer, type LiveEntry, type LiveWorkload, type Workload } from "./workload";

/** The env entries that are to be set on a namespace's workloads. */
export interface Plan {
    readonly namespace: string;
    /** Names of the env vars. */
    readonly names: readonly string[];
    /** Our own field manager. */
    readonly manager: string;
    /** Take over an entry of the same name that is somebody else's. */
    readonly force: boolean;
}

/** What the plugin's function `airflow-deployment:kubernetes:findProblems` takes. */
export interface PlannedWorkloads extends Plan {
    readonly workloads: readonly Workload[];
}

/** What it returns: every problem, a sentence each without its full stop, or why the cluster could not be asked. */
export type WorkloadProblems = { readonly problems: readonly string[] } | { readonly refusal: string };

/**
 * What of a workload stands in the way of our entries, a sentence each without its full stop.
 *
 * @param live what is there; `undefined` where nothing is
 */
export function problemsOf(plan: Plan, workload: Workload, live: LiveWorkload | undefined): string[] {
    const where = title({ ...workload, namespace: plan.namespace });
    if (live === undefined) {
        return [`there is no ${where}. See what there is: kubectl get deployments,statefulsets -n ${plan.namespace}`];
    }
    const containers = containersOf(live);
    return workload.containers.flatMap((wanted) => {
        const container = containers.find(({ name }) => name === wanted);
        if (container === undefined) {
            const names = containers.map(({ name }) => name).join(", ");
            return [`${where} has no container "${wanted}", only: ${names}`];
        }
        return plan.force ? [] : conflictsOf(plan, live, container).map((conflict) => `${where}, ${conflict}`);
    });
}

function conflictsOf({ names, manager }: Plan, live: LiveWorkload, container: LiveContainer): string[] {
    return names.flatMap((variable) => {
        const entry = container.env?.find(({ name }) => name === variable);
        const owners = ownersOf(live, container.name, variable);
        const others = owners.filter((owner) => owner !== manager);
        const isFree = owners.length === 0 && isBare(entry);
        const isOurs = owners.length > 0 && others.length === 0;
        if (entry === undefined || isFree || isOurs) {
            return [];
        }
        return [
            `container "${container.name}": ${variable} is already set, to ${formOf(entry)} owned by ${named(others)}. ` +
                "Remove it there, or set force: true on this target to take it over; its old value is then gone",
        ];
    });
}

/** Whether an entry is a name and no more: what is left where an entry was taken over and given back. */
export function isBare(entry: LiveEntry | undefined): boolean {
    return entry?.value === undefined && entry?.valueFrom === undefined;
}

export function formOf({ valueFrom }: LiveEntry): string {
    return valueFrom === undefined ? "a literal value" : "a reference";
}

export function named(managers: readonly string[]): string {
    return managers.map((manager) => `"${manager}"`).join(", ") || "nobody that Kubernetes has recorded";
}
