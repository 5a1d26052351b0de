import type { Condition } from "./workload";

/** The parts of a pod that this project reads. */
export interface Pod {
    readonly metadata?: { readonly name?: string; readonly deletionTimestamp?: unknown };
    readonly status?: {
        readonly phase?: string;
        readonly conditions?: readonly Condition[];
        readonly initContainerStatuses?: readonly ContainerStatus[];
        readonly containerStatuses?: readonly ContainerStatus[];
    };
}

interface ContainerStatus {
    readonly name: string;
    readonly ready?: boolean;
    readonly state?: {
        readonly waiting?: { readonly reason?: string; readonly message?: string };
        readonly terminated?: { readonly reason?: string; readonly exitCode?: number };
    };
}

const MAX_PODS = 3;

/**
 * Returns why pods are not ready: a sentence without its full stop for each of the first three, then the number of the
 * others.
 */
export function whyNotReady(pods: readonly Pod[]): string[] {
    const unready = pods.filter((pod) => !isReady(pod));
    const more = unready.length - MAX_PODS;
    return [
        ...unready.slice(0, MAX_PODS).map((pod) => `pod ${pod.metadata?.name ?? ""} ${reasonOf(pod)}`),
        ...(more > 0 ? [`${more} more pods are not ready`] : []),
    ];
}

function isReady({ metadata, status }: Pod): boolean {
    const ready = status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True");
    return ready === true && metadata?.deletionTimestamp === undefined;
}

function reasonOf({ metadata, status = {} }: Pod): string {
    if (metadata?.deletionTimestamp !== undefined) {
        return "is being deleted";
    }
    const unscheduled = status.conditions?.find(
        (condition) => condition.type === "PodScheduled" && condition.status === "False",
    );
    if (unscheduled !== undefined) {
        return `is not scheduled: ${unscheduled.message ?? unscheduled.reason ?? "no reason given"}`;
    }
    const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    const waiting = containers.find(({ state }) => state?.waiting !== undefined);
    if (waiting !== undefined) {
        const { reason = "no reason given", message } = waiting.state?.waiting ?? {};
        return `waits for its container "${waiting.name}": ${reason}${message === undefined ? "" : `: ${message}`}`;
    }
    const terminated = containers.find(({ state, ready }) => state?.terminated !== undefined && ready !== true);
    if (terminated !== undefined) {
        const { reason = "no reason given", exitCode } = terminated.state?.terminated ?? {};
        return `has a terminated container "${terminated.name}": ${reason}, exit code ${exitCode ?? "unknown"}`;
    }
    return `is ${status.phase ?? "unknown"} and not ready`;
}
