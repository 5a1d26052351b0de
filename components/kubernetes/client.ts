// The parts of the Kubernetes client that this project uses. A bundle contains only these and not the rest, which is
// most of the client.
export {
    AppsV1Api,
    CoreV1Api,
    KubeConfig,
    PatchStrategy,
    setHeaderMiddleware,
    setHeaderOptions,
} from "@kubernetes/client-node";
