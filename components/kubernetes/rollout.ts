import { setTimeout } from "node:timers/promises";
import { ClusterError } from "./clusterError";
import { whyNotReady, type Pod } from "./pods";
import { workloadTitle, type LiveWorkload, type WorkloadName } from "./workload";

export interface Rollout {
    readonly workload: WorkloadName;
    /** Returns `undefined` if the workload was deleted. */
    readonly read: () => Promise<LiveWorkload | undefined>;
    /** Lists the pods that match the workload's selector. */
    readonly pods: (labels: Readonly<Record<string, string>>) => Promise<readonly Pod[]>;
    /** Called for each step, and repeatedly while waiting. An `ephemeral` message need not be kept in the log. */
    readonly progress: (message: string, ephemeral: boolean) => void;
    /** Cancels the wait if Pulumi is told to stop. */
    readonly signal: AbortSignal;
    readonly timeoutMs: number;
    readonly pollMs: number;
}

/** Minimum time between messages that are not ephemeral. */
const REPEAT_MS = 30_000;

/** A rollout did not complete. */
export class RolloutError extends Error {
    /**
     * @param message what was waited for, and for how long
     * @param causes what the cluster reports about the cause, a sentence each
     */
    constructor(
        message: string,
        readonly causes: readonly string[],
    ) {
        super(message);
    }
}

/**
 * Waits until every pod of a workload has the current template and is available.
 *
 * @throws RolloutError after `timeoutMs`, if the rollout makes no progress, or if the wait is cancelled
 * @throws ClusterError if the API server refuses
 */
export async function waitForRollout(rollout: Rollout): Promise<void> {
    const { workload, progress, signal, timeoutMs, pollMs } = rollout;
    const deadline = performance.now() + timeoutMs;
    let lastMessage: string | undefined;
    let lastKeptAt = -Infinity;
    for (;;) {
        const { live, pending, failed = false } = await check(rollout);
        if (pending === undefined) {
            return;
        }
        const ephemeral = performance.now() - lastKeptAt < REPEAT_MS;
        if (pending !== lastMessage || !ephemeral) {
            progress(`waiting for the pods with the new env vars: ${pending}`, ephemeral);
            lastMessage = pending;
            lastKeptAt = ephemeral ? lastKeptAt : performance.now();
        }
        const failure = signal.aborted
            ? "was not complete when Pulumi was told to stop"
            : failed
              ? "makes no progress"
              : performance.now() > deadline
                ? `was not complete within ${duration(timeoutMs)}`
                : undefined;
        if (failure !== undefined) {
            const causes = signal.aborted || live === undefined ? [] : await findCauses(rollout, live);
            throw new RolloutError(`the rollout of ${workloadTitle(workload)} ${failure}: ${pending}`, causes);
        }
        // If the signal ends this delay, the next iteration throws.
        await setTimeout(pollMs, undefined, { signal }).catch(() => undefined);
    }
}

interface RolloutStatus {
    readonly live?: LiveWorkload;
    /** What is not done yet; `undefined` if the rollout is complete. */
    readonly pending: string | undefined;
    /** Whether Kubernetes reports that the rollout makes no progress, or the workload was deleted. */
    readonly failed?: boolean;
}

async function check({ read }: Rollout): Promise<RolloutStatus> {
    try {
        const live = await read();
        return live === undefined
            ? { pending: "the workload was deleted", failed: true }
            : { live, pending: describePending(live), failed: isStuck(live) };
    } catch (error) {
        // The wait takes up to ten minutes, and the API server may be unavailable for part of it.
        if (error instanceof ClusterError && error.isTransient) {
            return { pending: error.message };
        }
        throw error;
    }
}

/** Describes what a rollout still waits for; `undefined` if it is complete. Same rules as `kubectl rollout status`. */
export function describePending({ metadata, spec, status = {} }: LiveWorkload): string | undefined {
    const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
    const wanted = spec?.replicas ?? 1;
    if (observedGeneration < (metadata?.generation ?? 0)) {
        return "its controller has not seen the change";
    }
    if (updatedReplicas < wanted) {
        return `${updatedReplicas} of ${wanted} pods have them${obstacle(spec)}`;
    }
    if (replicas > updatedReplicas) {
        return `${replicas - updatedReplicas} pods without them still exist`;
    }
    return availableReplicas < wanted ? `${availableReplicas} of ${wanted} pods are available` : undefined;
}

/** Describes a setting of the workload that prevents its pods from being replaced. */
function obstacle(spec: LiveWorkload["spec"]): string {
    if (spec?.paused === true) {
        return "; its rollouts are paused";
    }
    return spec?.updateStrategy?.type === "OnDelete"
        ? "; its updateStrategy is OnDelete, so somebody has to delete the others"
        : "";
}

/**
 * Whether the rollout exceeded its `progressDeadlineSeconds`. The condition is ignored until the controller has
 * observed the current generation: before that, it may be about the previous rollout.
 */
function isStuck({ metadata, status = {} }: LiveWorkload): boolean {
    const isObserved = (status.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
    return isObserved && (status.conditions ?? []).some(({ reason }) => reason === "ProgressDeadlineExceeded");
}

async function findCauses({ pods }: Rollout, live: LiveWorkload): Promise<string[]> {
    const conditions = (live.status?.conditions ?? [])
        .filter(({ type, status }) => type === "ReplicaFailure" && status === "True")
        .map(({ reason, message }) => `${reason ?? "ReplicaFailure"}: ${message ?? "no reason given"}`);
    const labels = live.spec?.selector?.matchLabels;
    if (labels === undefined) {
        return conditions;
    }
    try {
        return [...conditions, ...whyNotReady(await pods(labels))];
    } catch (error) {
        if (error instanceof ClusterError) {
            return [...conditions, error.message];
        }
        throw error;
    }
}

function duration(ms: number): string {
    return ms < 60_000 ? `${ms / 1000} seconds` : `${ms / 60_000} minutes`;
}
