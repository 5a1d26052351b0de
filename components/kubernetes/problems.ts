import { isSecretOption, secretOptionsWarning } from "../../airflow/secretOptions";
import { conflictsOf, type Conflict, type Plan } from "./conflicts";
import { sourcedVariables, type EnvSources } from "./envSources";
import { mountProblems, tokenProblems } from "./tokenVolume";
import {
    containersOf,
    serviceAccountOf,
    workloadTitle,
    type LiveContainer,
    type LiveWorkload,
    type Workload,
} from "./workload";

/** Arguments of the plugin's function `airflow-deployment:kubernetes:findProblems`. */
export interface PlannedWorkloads extends Plan {
    readonly workloads: readonly Workload[];
    /** Whether Airflow looks for options of its own configuration in the backend. */
    readonly readsConfig: boolean;
    /** The service accounts that the backend trusts; `undefined` if the Deployment logs in with a credential. */
    readonly serviceAccounts?: readonly string[] | undefined;
}

/**
 * Names of env vars of others that this run takes over or removes, because of `force`: by workload, see `workloadKey`,
 * and container.
 */
export type TakeOver = Readonly<Record<string, EntriesByContainer>>;
export type EntriesByContainer = Readonly<Record<string, readonly string[]>>;

export const workloadKey = ({ kind, name }: Pick<Workload, "kind" | "name">): string => `${kind}/${name}`;

/** What was found out about the workloads. */
export interface WorkloadCheck {
    /** Each is a sentence without its full stop. */
    readonly problems: readonly string[];
    readonly warnings: readonly string[];
    readonly takeOver: TakeOver;
}

/** Its result, or why the cluster could not be queried. */
export type WorkloadProblems = WorkloadCheck | { readonly refusal: string };

/** What else was read about a workload. */
export interface Surroundings {
    /** The ConfigMaps and Secrets that its containers take env vars from. */
    readonly sources?: EnvSources;
    /** If the workload does not exist: the other kinds of workload that have its name. */
    readonly otherKinds?: readonly string[];
}

/**
 * Returns why our env entries cannot be set on a workload. Each problem is a sentence without its full stop.
 *
 * @param live the existing workload; `undefined` if it does not exist
 */
export function problemsOf(
    plan: Plan,
    workload: Workload,
    live: LiveWorkload | undefined,
    { sources = new Map(), otherKinds = [] }: Surroundings = {},
): string[] {
    const where = workloadTitle({ ...workload, namespace: plan.namespace });
    if (live === undefined) {
        return [`there is no ${where}${missingAdvice(plan, otherKinds)}`];
    }
    const containers = containersOf(live);
    const { token, manager, force } = plan;
    const onWorkload = token === undefined ? [] : tokenProblems(token, live, manager, force);
    const inContainers = workload.containers.flatMap((wanted) => {
        const container = containers.find(({ name }) => name === wanted);
        if (container === undefined) {
            const names = containers.map(({ name }) => name).join(", ");
            return [`${where} has no container "${wanted}", only: ${names}`];
        }
        const conflicts = conflictsOf(plan, live, container, sources).filter(
            ({ withForce }) => !force || withForce === "refused",
        );
        const mounted = token === undefined ? [] : mountProblems(live, container, manager);
        return [...conflicts.map(({ text }) => text), ...mounted].map(
            (text) => `${where}, container "${container.name}": ${text}`,
        );
    });
    return [...onWorkload.map((text) => `${where} ${text}`), ...inContainers];
}

/** Returns why a keyless login would not work in a workload's pods: the backend does not trust their service account. */
export function accountProblems(
    { namespace, serviceAccounts }: PlannedWorkloads,
    workload: Workload,
    live: LiveWorkload,
): string[] {
    const account = serviceAccountOf(live);
    return serviceAccounts === undefined || serviceAccounts.includes(account)
        ? []
        : [
              `${workloadTitle({ ...workload, namespace })} runs as service account "${account}", which serviceAccounts does ` +
                  `not name, only: ${serviceAccounts.join(", ")}. Add it there, or let the workload run as one of these`,
          ];
}

function missingAdvice({ namespace }: Plan, [otherKind]: readonly string[]): string {
    if (otherKind === undefined) {
        return `. List the existing ones: kubectl get deployments,statefulsets -n ${namespace}`;
    }
    return otherKind === "DaemonSet"
        ? ", but a DaemonSet of that name. Env vars can be set on a Deployment or a StatefulSet"
        : `, but a ${otherKind} of that name: write kind: ${otherKind}`;
}

/** Returns a warning for each container that has options which Airflow will not find. */
export function warningsOf(
    { namespace, readsConfig }: PlannedWorkloads,
    workload: Workload,
    live: LiveWorkload,
    sources: EnvSources,
): string[] {
    const used = containersOf(live).filter(({ name }) => workload.containers.includes(name));
    return used.flatMap((container) => {
        const variables = [...(container.env ?? []), ...sourcedVariables(container, sources)].map(({ name }) => name);
        const options = [...new Set(variables.filter(isSecretOption))];
        const where = `container "${container.name}" of ${workloadTitle({ ...workload, namespace })}`;
        return readsConfig || options.length === 0 ? [] : [secretOptionsWarning(options, where)];
    });
}

/** Returns the entries of others that are taken over or removed, by container; none without `force`. */
export function entriesToTakeOver(plan: Plan, workload: Workload, live: LiveWorkload): EntriesByContainer {
    const isTakenOver = ({ withForce }: Conflict): boolean => plan.force && withForce === "taken over";
    const namesIn = (container: LiveContainer): string[] => {
        const found = conflictsOf(plan, live, container, new Map()).filter(isTakenOver);
        return [...new Set(found.map(({ envVar }) => envVar))].sort();
    };
    const found = containersOf(live)
        .filter(({ name }) => workload.containers.includes(name))
        .map((container) => [container.name, namesIn(container)] as const)
        .filter(([, names]) => names.length > 0);
    return Object.fromEntries(found);
}
