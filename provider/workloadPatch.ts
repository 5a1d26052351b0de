import type { Cluster } from "../components/kubernetes/cluster";
import { ClusterError } from "../components/kubernetes/clusterError";
import { driftOf, isGone, type Entries } from "../components/kubernetes/drift";
import { withoutTakenOver } from "../components/kubernetes/ownership";
import { problemsOf } from "../components/kubernetes/problems";
import { rolledOut, RolloutError } from "../components/kubernetes/rollout";
import type { LiveWorkload, SecretKey, WorkloadName } from "../components/kubernetes/workload";
import { hasUnknown, NotReady, UNKNOWN, type Context, type Properties, type ResourceType } from "./resourceType";

/** What the program asks for. */
interface Wanted extends WorkloadName, Entries {
    /** Take over an entry of the same name that is somebody else's. */
    readonly force: boolean;
    /** Wait until the pods with the new env vars are available. */
    readonly waitForRollout: boolean;
}

export interface Waiting {
    readonly patienceMs: number;
    readonly pollMs: number;
}

const names = [
    "kind",
    "namespace",
    "name",
    "containers",
    "env",
    "fieldManager",
    "force",
    "waitForRollout",
] as const satisfies readonly (keyof Wanted)[];

/** Stands in a preview for the name of a Secret that is not made yet. */
const NOT_NAMED_YET = "not-known-yet";

/**
 * `airflow-deployment:kubernetes:WorkloadPatch`: some env entries of a workload that somebody else made. Everything else
 * on it stays as it is, and none of it gets into the state.
 */
export function workloadPatch(
    cluster: () => Cluster,
    waiting: Waiting = { patienceMs: 600_000, pollMs: 1_000 },
): ResourceType {
    return {
        inputs: names,
        required: names,
        // Another field manager's entries are another resource's.
        replaceOn: ["kind", "namespace", "name", "fieldManager"],
        computed: [],
        secrets: [],
        async preview(inputs) {
            const tried = { ...inputs, env: withNames(inputs.env) };
            if (!hasUnknown(tried)) {
                await apply(cluster(), tried as unknown as Wanted, true);
            }
        },
        async create(inputs, context) {
            const wanted = inputs as unknown as Wanted;
            await apply(cluster(), wanted, false);
            const made = { id: idOf(wanted), outputs: inputs };
            await waitFor({ cluster: cluster(), waiting, context }, wanted, made);
            return made;
        },
        async read(id, inputs) {
            if (names.some((name) => !(name in inputs))) {
                throw new Error(
                    `${id} cannot be imported: what an up finds of its own field manager it takes as it is`,
                );
            }
            const wanted = inputs as unknown as Wanted;
            const live = await cluster().read(wanted);
            if (live === undefined || isGone(live, wanted)) {
                return undefined;
            }
            const drift = driftOf(live, wanted);
            // The program never says `drift`: the next `up` sees a difference, and writes what it is to be.
            const shown = { ...pick(inputs), ...(Object.keys(drift).length === 0 ? {} : { drift }) };
            return { id, inputs: shown, outputs: shown };
        },
        async update(id, inputs, _outputs, context) {
            const wanted = inputs as unknown as Wanted;
            await apply(cluster(), wanted, false);
            await waitFor({ cluster: cluster(), waiting, context }, wanted, { id, outputs: inputs });
            return inputs;
        },
        async delete(_id, outputs, { log }) {
            const held = outputs as unknown as Wanted;
            try {
                await release(cluster(), held);
            } catch (error) {
                if (!(error instanceof ClusterError && error.status === undefined && mayForget())) {
                    throw error;
                }
                log("warning", `${error.message}. It is forgotten, as ${DELETE_UNREACHABLE} says`);
            }
        },
    };
}

async function apply(cluster: Cluster, wanted: Wanted, dryRun: boolean): Promise<void> {
    const isWanted = (container: string, variable: string): boolean =>
        wanted.containers.includes(container) && variable in wanted.env;
    const live = dryRun ? await cluster.read(wanted) : await letGo(cluster, wanted, isWanted);
    expectNone(problemsOf(planOf(wanted), wanted, live));
    try {
        await cluster.apply(wanted, live?.metadata?.uid ?? "", specOf(wanted), { ...wanted, dryRun });
    } catch (error) {
        // Somebody may have been quicker: who, the API server does not say in each of its refusals.
        if (error instanceof ClusterError && [404, 409, 422].includes(error.status ?? 0)) {
            expectNone(problemsOf(planOf(wanted), wanted, await cluster.read(wanted)));
        }
        throw error;
    }
}

/** An empty configuration of the same field manager gives back what it owned. */
async function release(cluster: Cluster, held: Wanted): Promise<void> {
    const live = await letGo(cluster, held, () => false);
    if (live === undefined) {
        return;
    }
    const options = { fieldManager: held.fieldManager, force: false, dryRun: false };
    try {
        await cluster.apply(held, live.metadata?.uid ?? "", undefined, options);
    } catch (error) {
        // Deleted in between, and another made in its place perhaps: neither has anything of ours.
        if ((await cluster.read(held))?.metadata?.uid === live.metadata?.uid) {
            throw error;
        }
    }
}

/** Reads a workload and leaves to others the entries that they have set since we did, and that we no longer want. */
async function letGo(
    cluster: Cluster,
    held: Wanted,
    isWanted: (container: string, variable: string) => boolean,
): Promise<LiveWorkload | undefined> {
    for (let triesLeft = 4; ; triesLeft--) {
        const live = await cluster.read(held);
        const owners = live && withoutTakenOver(live, held.fieldManager, isWanted);
        if (owners === undefined) {
            return live;
        }
        try {
            await cluster.setManagedFields(held, live ?? {}, owners);
        } catch (error) {
            // A workload that is rolled out changes all the time; one may also be deleted meanwhile.
            const isChanged = error instanceof ClusterError && [404, 409].includes(error.status ?? 0);
            if (!isChanged || triesLeft === 0) {
                throw error;
            }
        }
    }
}

interface Wait {
    readonly cluster: Cluster;
    readonly waiting: Waiting;
    readonly context: Context;
}

async function waitFor({ cluster, waiting, context }: Wait, wanted: Wanted, made: NotReady["made"]): Promise<void> {
    if (!wanted.waitForRollout) {
        return;
    }
    const { log, signal, timeoutMs } = context;
    try {
        await rolledOut({
            workload: wanted,
            read: () => cluster.read(wanted),
            pods: (labels) => cluster.pods(wanted.namespace, labels),
            progress: (message, passing) => {
                log(passing ? "progress" : "info", message);
            },
            signal,
            patienceMs: timeoutMs ?? waiting.patienceMs,
            pollMs: waiting.pollMs,
        });
    } catch (error) {
        // Apart from the error, which is kept in the state: nothing of anybody else's has a place there.
        for (const sentence of error instanceof RolloutError ? error.why : []) {
            log("warning", sentence);
        }
        const reason = error instanceof Error ? error.message : String(error);
        throw new NotReady(`${reason}. The env vars are set; the next up waits again`, made);
    }
}

const idOf = ({ kind, namespace, name }: WorkloadName): string => `${namespace}/${kind}/${name}`;

const planOf = ({ namespace, env, fieldManager, force }: Wanted) => ({
    namespace,
    names: Object.keys(env),
    manager: fieldManager,
    force,
});

function specOf({ containers, env }: Entries): object {
    const entries = Object.entries(env).map(([name, { secretKeyRef }]) => ({
        name,
        // All that an entry may hold instead is sent as empty: the API server then answers with a conflict where somebody
        // else has set it, which force settles, and not that an entry may not hold both, which it does not.
        value: "",
        valueFrom: { secretKeyRef, configMapKeyRef: null, fieldRef: null, resourceFieldRef: null },
    }));
    return { template: { spec: { containers: containers.map((name) => ({ name, env: entries })) } } };
}

/** The env entries with a name for each Secret that has none yet. */
function withNames(env: unknown): unknown {
    if (typeof env !== "object" || env === null) {
        return env;
    }
    const entries = Object.entries(env as Readonly<Record<string, { readonly secretKeyRef?: SecretKey }>>);
    const named = entries.map(([variable, entry]) =>
        entry.secretKeyRef?.name === UNKNOWN
            ? [variable, { secretKeyRef: { ...entry.secretKeyRef, name: NOT_NAMED_YET } }]
            : [variable, entry],
    );
    return Object.fromEntries(named) as unknown;
}

/** What the program has said, without what a refresh has found. */
function pick(inputs: Properties): Properties {
    return Object.fromEntries(names.map((name) => [name, inputs[name]]));
}

function expectNone(problems: readonly string[]): void {
    if (problems.length > 0) {
        throw new Error(problems.join("; "));
    }
}

/** As Pulumi's own plugin for Kubernetes is told to forget what a cluster held that is no more. */
const DELETE_UNREACHABLE = "PULUMI_K8S_DELETE_UNREACHABLE";

const mayForget = (): boolean => process.env[DELETE_UNREACHABLE] === "true";
