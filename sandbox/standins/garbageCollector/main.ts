/**
 * As much of Kubernetes' garbage collector as the sandbox needs, as a process of its own: `main.ts --kubeconfig FILE`. The
 * official provider plugin deletes a Secret in the foreground: it is gone when what depends on it is gone, and the
 * collector has said so. Nothing depends on a Secret here.
 */
import { parseArgs } from "node:util";
import { CoreV1Api, KubeConfig, makeInformer, type V1Secret } from "@kubernetes/client-node";

const FINALIZER = "foregroundDeletion";

function main(): void {
    const { values } = parseArgs({ options: { kubeconfig: { type: "string" } } });
    if (values.kubeconfig === undefined) {
        throw new Error("--kubeconfig is needed");
    }
    const config = new KubeConfig();
    config.loadFromFile(values.kubeconfig);
    const core = config.makeApiClient(CoreV1Api);
    const informer = makeInformer(config, "/api/v1/secrets", () => core.listSecretForAllNamespaces());
    const release = (secret: V1Secret): void => {
        void letGo(core, secret);
    };
    informer.on("add", release);
    informer.on("update", release);
    const start = (): void => {
        // The API server ends each watch after a while, and takes none before it is ready.
        informer.start().catch(again);
    };
    const again = (error: unknown): void => {
        console.error(error instanceof Error ? error.message : error);
        setTimeout(start, 1000);
    };
    informer.on("error", again);
    start();
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => process.exit());
    }
}

async function letGo(core: CoreV1Api, secret: V1Secret): Promise<void> {
    const { metadata } = secret;
    if (metadata?.deletionTimestamp === undefined || metadata.finalizers?.includes(FINALIZER) !== true) {
        return;
    }
    const { name = "", namespace = "", finalizers } = metadata;
    metadata.finalizers = finalizers.filter((each) => each !== FINALIZER);
    try {
        await core.replaceNamespacedSecret({ name, namespace, body: secret });
    } catch (error) {
        // Somebody has changed it meanwhile: the watch tells of it again.
        console.error(error instanceof Error ? error.message : error);
    }
}

main();
