import { setTimeout } from "node:timers/promises";
import { ClusterError } from "./clusterError";
import { whyNotReady, type Pod } from "./pods";
import { title, type LiveWorkload, type WorkloadName } from "./workload";

export interface Rollout {
    readonly workload: WorkloadName;
    /** `undefined` where the workload is gone. */
    readonly read: () => Promise<LiveWorkload | undefined>;
    /** The pods that the workload's selector means. */
    readonly pods: (labels: Readonly<Record<string, string>>) => Promise<readonly Pod[]>;
    /** Told of each step, and now and then that it still waits; what is `passing` need not be kept. */
    readonly progress: (message: string, passing: boolean) => void;
    /** Ends the wait when the engine is told to stop. */
    readonly signal: AbortSignal;
    readonly patienceMs: number;
    readonly pollMs: number;
}

const REPEAT_MS = 30_000;

/** A rollout that did not come to its end. */
export class RolloutError extends Error {
    /**
     * @param message what was waited for, and for how long
     * @param why what the cluster tells of the cause, sentence by sentence
     */
    constructor(
        message: string,
        readonly why: readonly string[],
    ) {
        super(message);
    }
}

/**
 * Waits until every pod of a workload is of its present template, and available.
 *
 * @throws RolloutError where that takes too long or cannot be, or the wait is ended
 */
export async function rolledOut(rollout: Rollout): Promise<void> {
    const { workload, progress, signal, patienceMs, pollMs } = rollout;
    const giveUp = performance.now() + patienceMs;
    let said: string | undefined;
    let keptAt = -Infinity;
    for (;;) {
        const { live, missing, hopeless = false } = await look(rollout);
        if (missing === undefined) {
            return;
        }
        const passing = performance.now() - keptAt < REPEAT_MS;
        if (missing !== said || !passing) {
            progress(`waiting for the pods with the new env vars: ${missing}`, passing);
            said = missing;
            keptAt = passing ? keptAt : performance.now();
        }
        const ended = signal.aborted
            ? "was not waited for to the end, since Pulumi was told to stop"
            : hopeless
              ? "does not go on"
              : performance.now() > giveUp
                ? `was not complete within ${duration(patienceMs)}`
                : undefined;
        if (ended !== undefined) {
            const why = signal.aborted || live === undefined ? [] : await causes(rollout, live);
            throw new RolloutError(`the rollout of ${title(workload)} ${ended}: ${missing}`, why);
        }
        // What ends the wait is looked at above.
        await setTimeout(pollMs, undefined, { signal }).catch(() => undefined);
    }
}

interface Look {
    readonly live?: LiveWorkload;
    readonly missing: string | undefined;
    readonly hopeless?: boolean;
}

async function look({ read }: Rollout): Promise<Look> {
    try {
        const live = await read();
        return live === undefined
            ? { missing: "the workload is gone", hopeless: true }
            : { live, missing: missingFor(live), hopeless: isStuck(live) };
    } catch (error) {
        // An API server may be away for a while in ten minutes.
        if (error instanceof ClusterError && error.passing) {
            return { missing: error.message };
        }
        throw error;
    }
}

/** What a workload still lacks; `undefined` when its rollout is complete. As `kubectl rollout status` sees it. */
export function missingFor({ metadata, spec, status = {} }: LiveWorkload): string | undefined {
    const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
    const wanted = spec?.replicas ?? 1;
    if (observedGeneration < (metadata?.generation ?? 0)) {
        return "its controller has not seen the change";
    }
    if (updatedReplicas < wanted) {
        return `${updatedReplicas} of ${wanted} pods have them${obstacle(spec)}`;
    }
    if (replicas > updatedReplicas) {
        return `${replicas - updatedReplicas} pods without them are still there`;
    }
    return availableReplicas < wanted ? `${availableReplicas} of ${wanted} pods are available` : undefined;
}

/** What of a workload's own settings keeps its pods from being replaced. */
function obstacle(spec: LiveWorkload["spec"]): string {
    if (spec?.paused === true) {
        return "; its rollouts are paused";
    }
    return spec?.updateStrategy?.type === "OnDelete"
        ? "; its updateStrategy is OnDelete, so somebody has to delete the others"
        : "";
}

/** Whether Kubernetes itself has given up waiting. What it says may be of the rollout before, until it has seen this one. */
function isStuck({ metadata, status = {} }: LiveWorkload): boolean {
    const isSeen = (status.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
    return isSeen && (status.conditions ?? []).some(({ reason }) => reason === "ProgressDeadlineExceeded");
}

async function causes({ pods }: Rollout, live: LiveWorkload): Promise<string[]> {
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
