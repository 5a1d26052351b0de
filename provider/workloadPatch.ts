import type { Cluster } from "../components/kubernetes/cluster";
import { ClusterError } from "../components/kubernetes/clusterError";
import { areEntriesRemoved, driftOf } from "../components/kubernetes/drift";
import { withoutTakenOver } from "../components/kubernetes/ownership";
import { problemsOf, type EntriesByContainer } from "../components/kubernetes/problems";
import { tokenDrift, withoutSharedToken } from "../components/kubernetes/tokenVolume";
import { RolloutError, waitForRollout } from "../components/kubernetes/rollout";
import {
    entryPositions,
    type LiveWorkload,
    type SecretKey,
    type WorkloadName,
} from "../components/kubernetes/workload";
import { hasUnknown, NotReady, UNKNOWN, type Context, type Properties, type ResourceType } from "./resourceType";
import { removeOrForget } from "./unreachable";
import { specOf, type WantedEntries } from "./workloadSpec";

/** The resource's inputs. */
interface Inputs extends WorkloadName, WantedEntries {
    /** Whether to take over entries of the same name that somebody else set. */
    readonly force: boolean;
    /** Entries of others that preflight found, and that this run takes over or removes. */
    readonly takeOver?: EntriesByContainer;
    /** Whether to wait until the pods with the new env vars are available. */
    readonly waitForRollout: boolean;
}

export interface WaitOptions {
    readonly timeoutMs: number;
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
] as const satisfies readonly (keyof Inputs)[];

/** Placeholder in a preview for the name of a Secret that does not exist yet. */
const NOT_NAMED_YET = "not-known-yet";

/**
 * `airflow-deployment:kubernetes:WorkloadPatch`: some env entries of a workload that somebody else created, and for a
 * login without a stored credential the pods' token. Everything else on the workload is left unchanged and is not stored
 * in the state.
 */
export function workloadPatch(
    cluster: () => Cluster,
    waitOptions: WaitOptions = { timeoutMs: 600_000, pollMs: 1_000 },
): ResourceType {
    return {
        inputs: [...names, "token", "takeOver"],
        required: names,
        once: ["takeOver"],
        // With another field manager, the entries belong to another resource.
        replaceOn: ["kind", "namespace", "name", "fieldManager"],
        computed: [],
        secrets: [],
        async preview(inputs) {
            const named = { ...inputs, env: withSecretNames(inputs.env) };
            if (!hasUnknown(named)) {
                await apply(cluster(), named as unknown as Inputs, true);
            }
        },
        async create(inputs, context) {
            const wanted = inputs as unknown as Inputs;
            await apply(cluster(), wanted, false);
            const created = { id: idOf(wanted), outputs: inputs };
            await waitFor({ cluster: cluster(), waitOptions, context }, wanted, created);
            return created;
        },
        async read(id, inputs) {
            if (names.some((name) => !(name in inputs))) {
                throw new Error(
                    `${id} cannot be imported: \`pulumi up\` adopts the existing env entries of its own field manager`,
                );
            }
            const wanted = inputs as unknown as Inputs;
            const live = await cluster().read(wanted);
            if (live === undefined || areEntriesRemoved(live, wanted)) {
                return undefined;
            }
            const { token, containers } = wanted;
            const drift = {
                ...driftOf(live, wanted),
                ...(token === undefined ? {} : tokenDrift(live, token, containers)),
            };
            // The program never sets `drift`, so the next `up` sees a difference and sets the entries again.
            const shown = { ...pick(inputs), ...(Object.keys(drift).length === 0 ? {} : { drift }) };
            return { id, inputs: shown, outputs: shown };
        },
        async update(id, inputs, _outputs, context) {
            const wanted = inputs as unknown as Inputs;
            await apply(cluster(), wanted, false);
            await waitFor({ cluster: cluster(), waitOptions, context }, wanted, { id, outputs: inputs });
            return inputs;
        },
        async delete(_id, outputs, { log }) {
            await removeOrForget(() => releaseAll(cluster(), outputs as unknown as Inputs), log);
        },
    };
}

async function apply(cluster: Cluster, wanted: Inputs, dryRun: boolean): Promise<void> {
    const isWanted = (container: string, envVar: string): boolean =>
        wanted.containers.includes(container) && envVar in wanted.env;
    const wantsToken = wanted.token !== undefined;
    const live = dryRun ? await cluster.read(wanted) : await release(cluster, wanted, isWanted, wantsToken);
    expectNone(problemsOf(planOf(wanted), wanted, live));
    try {
        await cluster.apply(wanted, live?.metadata?.uid ?? "", specOf(wanted, live ?? {}), { ...wanted, dryRun });
    } catch (error) {
        // Somebody may have changed the workload since it was read. Not every error of the API server says who, so
        // check again.
        if (error instanceof ClusterError && [404, 409, 422].includes(error.status ?? 0)) {
            expectNone(problemsOf(planOf(wanted), wanted, await cluster.read(wanted)));
        }
        throw error;
    }
}

/** Releases all our fields: applies an empty configuration with the same field manager. */
async function releaseAll(cluster: Cluster, state: Inputs): Promise<void> {
    const live = await release(cluster, { ...state, force: false }, () => false, false);
    if (live === undefined) {
        return;
    }
    const options = { fieldManager: state.fieldManager, force: false, dryRun: false };
    try {
        await cluster.apply(state, live.metadata?.uid ?? "", undefined, options);
    } catch (error) {
        // If the workload was deleted in between, or replaced by another one, there is nothing of ours to release.
        if ((await cluster.read(state))?.metadata?.uid === live.metadata?.uid) {
            throw error;
        }
    }
}

/**
 * Reads a workload. Releases the entries that we no longer want and that somebody else has set since, and removes those of
 * others that override ours, if the program asks for that.
 */
async function release(
    cluster: Cluster,
    inputs: Inputs,
    isWanted: (container: string, envVar: string) => boolean,
    wantsToken: boolean,
): Promise<LiveWorkload | undefined> {
    const isRemoved = (container: string, envVar: string): boolean =>
        inputs.force && inputs.takeOver?.[container]?.includes(envVar) === true && !isWanted(container, envVar);
    return changeRead(cluster, inputs, (live) => {
        const { fieldManager } = inputs;
        const managedFields =
            withoutTakenOver(live, fieldManager, isWanted) ??
            (wantsToken ? undefined : withoutSharedToken(live, fieldManager));
        if (managedFields !== undefined) {
            return () => cluster.setManagedFields(inputs, live, managedFields);
        }
        const removed = entryPositions(live, isRemoved);
        return removed.length === 0 ? undefined : () => cluster.removeEntries(inputs, live, removed);
    });
}

/** Reads a workload and changes it, until nothing is left to change. Returns it as it was read last. */
async function changeRead(
    cluster: Cluster,
    workload: WorkloadName,
    changeOf: (live: LiveWorkload) => (() => Promise<void>) | undefined,
): Promise<LiveWorkload | undefined> {
    for (let retriesLeft = 4; ; retriesLeft--) {
        const live = await cluster.read(workload);
        const change = live && changeOf(live);
        if (change === undefined) {
            return live;
        }
        try {
            await change();
        } catch (error) {
            // A workload changes often during a rollout, and it may be deleted in between. Then read it again.
            const isChanged = error instanceof ClusterError && [404, 409].includes(error.status ?? 0);
            if (!isChanged || retriesLeft === 0) {
                throw error;
            }
        }
    }
}

interface Wait {
    readonly cluster: Cluster;
    readonly waitOptions: WaitOptions;
    readonly context: Context;
}

async function waitFor(
    { cluster, waitOptions, context }: Wait,
    wanted: Inputs,
    resource: NotReady["resource"],
): Promise<void> {
    if (!wanted.waitForRollout) {
        return;
    }
    const { log, signal, timeoutMs } = context;
    try {
        await waitForRollout({
            workload: wanted,
            read: () => cluster.read(wanted),
            pods: (labels) => cluster.pods(wanted.namespace, labels),
            progress: (message, ephemeral) => {
                log(ephemeral ? "progress" : "info", message);
            },
            signal,
            timeoutMs: timeoutMs ?? waitOptions.timeoutMs,
            pollMs: waitOptions.pollMs,
        });
    } catch (error) {
        // The causes are logged, not part of the error: it is stored in the state, which must not contain other
        // people's data.
        for (const cause of error instanceof RolloutError ? error.causes : []) {
            log("warning", cause);
        }
        const reason = error instanceof Error ? error.message : String(error);
        throw new NotReady(`${reason}. The env vars are set; the next up waits again`, resource);
    }
}

const idOf = ({ kind, namespace, name }: WorkloadName): string => `${namespace}/${kind}/${name}`;

const planOf = ({ namespace, env, token, fieldManager, force }: Inputs) => ({
    namespace,
    token,
    names: Object.keys(env),
    manager: fieldManager,
    force,
});

/** Returns the env entries with a placeholder for each Secret whose name is not known yet. */
function withSecretNames(env: unknown): unknown {
    if (typeof env !== "object" || env === null) {
        return env;
    }
    const entries = Object.entries(env as Readonly<Record<string, { readonly secretKeyRef?: SecretKey }>>);
    const named = entries.map(([envVar, entry]) =>
        entry.secretKeyRef?.name === UNKNOWN
            ? [envVar, { secretKeyRef: { ...entry.secretKeyRef, name: NOT_NAMED_YET } }]
            : [envVar, entry],
    );
    return Object.fromEntries(named) as unknown;
}

/** Returns the inputs that the program sets, without the `drift` of a refresh. */
function pick(inputs: Properties): Properties {
    const found = names.map((name) => [name, inputs[name]] as const);
    return Object.fromEntries([...found, ...("token" in inputs ? [["token", inputs.token] as const] : [])]);
}

function expectNone(problems: readonly string[]): void {
    if (problems.length > 0) {
        throw new Error(problems.join("; "));
    }
}
