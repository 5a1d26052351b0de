import { ClusterError } from "../components/kubernetes/clusterError";
import type { Log } from "./resourceType";

/** Env var of Pulumi's Kubernetes provider: `true` removes resources of an unreachable cluster from the state. */
const DELETE_UNREACHABLE = "PULUMI_K8S_DELETE_UNREACHABLE";

/** Runs `remove`. If the cluster cannot be reached and the env var is set, it logs that instead of failing. */
export async function removeOrForget(remove: () => Promise<void>, log: Log): Promise<void> {
    try {
        await remove();
    } catch (error) {
        const isUnreachable = error instanceof ClusterError && error.status === undefined;
        if (!isUnreachable || process.env[DELETE_UNREACHABLE] !== "true") {
            throw error;
        }
        log("warning", `${error.message}. It is removed from the state only, because ${DELETE_UNREACHABLE}=true`);
    }
}
