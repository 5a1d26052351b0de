import { ownersOf } from "./ownership";
import {
    containersOf,
    workloadTitle,
    type LiveContainer,
    type LiveEntry,
    type LiveWorkload,
    type Workload,
} from "./workload";

/** The env entries to set on workloads in a namespace. */
export interface Plan {
    readonly namespace: string;
    /** Names of the env vars. */
    readonly names: readonly string[];
    /** Our field manager. */
    readonly manager: string;
    /** Whether to take over entries of the same name that somebody else set. */
    readonly force: boolean;
}

/** Arguments of the plugin's function `airflow-deployment:kubernetes:findProblems`. */
export interface PlannedWorkloads extends Plan {
    readonly workloads: readonly Workload[];
    /** Name of the Secret for pod templates; `undefined` if there is none. */
    readonly podTemplateSecret?: string | undefined;
}

/** Its result: all problems, each a sentence without its full stop, or why the cluster could not be queried. */
export type WorkloadProblems = { readonly problems: readonly string[] } | { readonly refusal: string };

/**
 * Returns why our env entries cannot be set on a workload. Each problem is a sentence without its full stop.
 *
 * @param live the existing workload; `undefined` if it does not exist
 */
export function problemsOf(plan: Plan, workload: Workload, live: LiveWorkload | undefined): string[] {
    const where = workloadTitle({ ...workload, namespace: plan.namespace });
    if (live === undefined) {
        return [
            `there is no ${where}. List the existing ones: kubectl get deployments,statefulsets -n ${plan.namespace}`,
        ];
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
    return names.flatMap((envVar) => {
        const entry = container.env?.find(({ name }) => name === envVar);
        const owners = ownersOf(live, container.name, envVar);
        const others = owners.filter((owner) => owner !== manager);
        const isFree = owners.length === 0 && hasNoValue(entry);
        const isOurs = owners.length > 0 && others.length === 0;
        if (entry === undefined || isFree || isOurs) {
            return [];
        }
        return [
            `container "${container.name}": ${envVar} is already set, to ${valueKind(entry)} owned by ` +
                `${listManagers(others)}. Remove it there, or set force: true on this target to take it over; its old ` +
                "value is then lost",
        ];
    });
}

/** Whether an entry has only a name. That is what remains of an entry that was taken over and then released. */
export function hasNoValue(entry: LiveEntry | undefined): boolean {
    return entry?.value === undefined && entry?.valueFrom === undefined;
}

export function valueKind({ valueFrom }: LiveEntry): string {
    return valueFrom === undefined ? "a literal value" : "a reference";
}

export function listManagers(managers: readonly string[]): string {
    return managers.map((manager) => `"${manager}"`).join(", ") || "an unrecorded field manager";
}
