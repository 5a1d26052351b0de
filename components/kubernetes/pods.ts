import type { Condition } from "./workload";

/** The parts of a pod that are looked at. */
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

const MOST_PODS = 3;

/** Why pods are not ready, a sentence for each of the first ones without its full stop. */
export function whyNotReady(pods: readonly Pod[]): string[] {
    const found = pods.filter((pod) => !isReady(pod));
    const more = found.length - MOST_PODS;
    return [
        ...found.slice(0, MOST_PODS).map((pod) => `pod ${pod.metadata?.name ?? ""} ${reasonOf(pod)}`),
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
    const unscheduled = status.conditions?.find(({ type, status: is }) => type === "PodScheduled" && is === "False");
    if (unscheduled !== undefined) {
        return `is not scheduled: ${unscheduled.message ?? unscheduled.reason ?? "no reason given"}`;
    }
    const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    const waiting = containers.find(({ state }) => state?.waiting !== undefined);
    if (waiting !== undefined) {
        const { reason = "no reason given", message } = waiting.state?.waiting ?? {};
        return `waits for its container "${waiting.name}": ${reason}${message === undefined ? "" : `: ${message}`}`;
    }
    const ended = containers.find(({ state, ready }) => state?.terminated !== undefined && ready !== true);
    if (ended !== undefined) {
        const { reason = "ended", exitCode } = ended.state?.terminated ?? {};
        return `has a container "${ended.name}" that has ended: ${reason}, exit code ${exitCode ?? "unknown"}`;
    }
    return `is ${status.phase ?? "unknown"} and not ready`;
}
