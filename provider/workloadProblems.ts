import type { Cluster, ClusterReads } from "../components/kubernetes/cluster";
import { ClusterError } from "../components/kubernetes/clusterError";
import { readEnvSources } from "../components/kubernetes/envSources";
import {
    accountProblems,
    entriesToTakeOver,
    problemsOf,
    warningsOf,
    workloadKey,
    type PlannedWorkloads,
    type TakeOver,
    type WorkloadCheck,
    type WorkloadProblems,
} from "../components/kubernetes/problems";
import { secretProblems } from "../components/kubernetes/secret";
import { workloadKinds, type ReadableWorkload, type Workload } from "../components/kubernetes/workload";
import type { FunctionType } from "./resourceType";

type Reads = Pick<Cluster, "read"> & ClusterReads;

/**
 * Returns a function that finds why env entries cannot be set on live workloads, and why the Secret for pod templates
 * cannot be written. It returns nothing else of a workload or a Secret, because they may contain other people's values
 * and Pulumi's debug log contains the results of functions.
 */
export function workloadProblems(cluster: () => Reads): FunctionType {
    return {
        inputs: [
            ...["workloads", "podTemplateSecret", "namespace", "names", "overriddenBy", "readsConfig", "manager"],
            ...["force", "token", "serviceAccounts"],
        ],
        async call(inputs) {
            const plan = inputs as unknown as PlannedWorkloads;
            const { namespace, podTemplateSecret } = plan;
            const onWorkloads = plan.workloads.map((workload) => checkWorkload(cluster(), plan, workload));
            const secrets = podTemplateSecret === undefined ? [] : [{ name: podTemplateSecret, namespace }];
            const onSecrets = secrets.map(async (secret) => ({
                problems: secretProblems({ ...plan, ...secret }, await cluster().readSecret(secret)),
                warnings: [],
                takeOver: {},
            }));
            try {
                const checks = await Promise.all([...onWorkloads, ...onSecrets]);
                return {
                    problems: checks.flatMap(({ problems }) => problems),
                    warnings: checks.flatMap(({ warnings }) => warnings),
                    takeOver: Object.assign({}, ...checks.map(({ takeOver }) => takeOver)) as TakeOver,
                } satisfies WorkloadProblems;
            } catch (error) {
                if (error instanceof ClusterError) {
                    return { refusal: error.message } satisfies WorkloadProblems;
                }
                throw error;
            }
        },
    };
}

async function checkWorkload(cluster: Reads, plan: PlannedWorkloads, workload: Workload): Promise<WorkloadCheck> {
    const { namespace } = plan;
    const live = await cluster.read({ ...workload, namespace });
    if (live === undefined) {
        const otherKinds = await kindsWithName(cluster, { ...workload, namespace });
        return { problems: problemsOf(plan, workload, live, { otherKinds }), warnings: [], takeOver: {} };
    }
    const sources = await readEnvSources(cluster, namespace, live, workload.containers);
    const entries = entriesToTakeOver(plan, workload, live);
    return {
        problems: [...problemsOf(plan, workload, live, { sources }), ...accountProblems(plan, workload, live)],
        warnings: warningsOf(plan, workload, live, sources),
        takeOver: Object.keys(entries).length === 0 ? {} : { [workloadKey(workload)]: entries },
    };
}

/** Returns the other kinds of workload with the same name. Leaves out what this login may not read: it is only a hint. */
async function kindsWithName(cluster: Reads, missing: ReadableWorkload): Promise<string[]> {
    const others = ([...workloadKinds, "DaemonSet"] as const).filter((kind) => kind !== missing.kind);
    const found = others.map(async (kind) => {
        try {
            return (await cluster.read({ ...missing, kind })) === undefined ? [] : [kind];
        } catch (error) {
            if (error instanceof ClusterError && error.status === 403) {
                return [];
            }
            throw error;
        }
    });
    return (await Promise.all(found)).flat();
}
