import type { AllCalls, FoundCluster } from "../components/kubernetes/cluster";
import { ClusterError } from "../components/kubernetes/clusterError";
import type { FunctionType } from "./resourceType";

/** Returns a function that tells which cluster the plugin is connected to. */
export function clusterIdentity(cluster: () => Pick<AllCalls, "identity">): FunctionType {
    return {
        inputs: [],
        async call() {
            try {
                return { ...(await cluster().identity()) } satisfies FoundCluster;
            } catch (error) {
                if (error instanceof ClusterError) {
                    return { refusal: error.message } satisfies FoundCluster;
                }
                throw error;
            }
        },
    };
}
