// What this project uses of the Kubernetes client. A bundle holds what is named here and leaves the rest out, which is
// most of the client.
export {
    AppsV1Api,
    CoreV1Api,
    KubeConfig,
    PatchStrategy,
    setHeaderMiddleware,
    setHeaderOptions,
} from "@kubernetes/client-node";
