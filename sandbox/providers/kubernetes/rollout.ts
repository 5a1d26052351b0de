import type { LiveObject } from "./api";

interface Status {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
}

/** What the official plugin waits for at most. */
const PATIENCE_MS = 600_000;

/** Waits until every pod of a workload is of its present template, and ready. */
export async function rolledOut(read: () => Promise<LiveObject | undefined>): Promise<void> {
    const giveUp = performance.now() + PATIENCE_MS;
    for (;;) {
        const live = await read();
        const missing = live === undefined ? "it is gone" : missingFor(live);
        if (missing === undefined) {
            return;
        }
        if (performance.now() > giveUp) {
            const what = `${live?.kind ?? "workload"} ${live?.metadata?.name ?? ""}`;
            throw new Error(`${what} was not rolled out in ${PATIENCE_MS / 60_000} minutes: ${missing}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 500));
    }
}

/** What a workload still lacks; `undefined` when its rollout is complete. */
export function missingFor({ metadata, spec, status }: LiveObject): string | undefined {
    const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, readyReplicas = 0 } = (status ?? {}) as Status;
    const wanted = typeof spec?.replicas === "number" ? spec.replicas : 1;
    if (observedGeneration < (metadata?.generation ?? 0)) {
        return "its controller has not seen the change";
    }
    if (updatedReplicas < wanted || replicas > wanted) {
        return `${updatedReplicas} of ${wanted} pods have the new template`;
    }
    return readyReplicas < wanted ? `${readyReplicas} of ${wanted} pods are ready` : undefined;
}
