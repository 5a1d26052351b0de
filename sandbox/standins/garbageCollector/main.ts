/**
 * The part of Kubernetes' garbage collector that the sandbox needs, as its own process: `main.ts --kubeconfig FILE`.
 * The official provider plugin deletes a Secret with foreground deletion: the Secret is deleted once its dependents are
 * and the garbage collector has removed the finalizer. Nothing depends on a Secret here.
 */
import { parseArgs } from "node:util";
import { CoreV1Api, KubeConfig, makeInformer, type V1Secret } from "@kubernetes/client-node";

const FINALIZER = "foregroundDeletion";

function main(): void {
    const { values } = parseArgs({ options: { kubeconfig: { type: "string" } } });
    if (values.kubeconfig === undefined) {
        throw new Error("--kubeconfig is required");
    }
    const config = new KubeConfig();
    config.loadFromFile(values.kubeconfig);
    const core = config.makeApiClient(CoreV1Api);
    const informer = makeInformer(config, "/api/v1/secrets", () => core.listSecretForAllNamespaces());
    const onSecret = (secret: V1Secret): void => {
        void removeFinalizer(core, secret);
    };
    informer.on("add", onSecret);
    informer.on("update", onSecret);
    const start = (): void => {
        // The API server closes each watch after a while, and accepts none before it is ready.
        informer.start().catch(retry);
    };
    const retry = (error: unknown): void => {
        console.error(error instanceof Error ? error.message : error);
        setTimeout(start, 1000);
    };
    informer.on("error", retry);
    start();
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => process.exit());
    }
}

/** Removes the foreground deletion finalizer from a Secret that is being deleted. */
async function removeFinalizer(core: CoreV1Api, secret: V1Secret): Promise<void> {
    const { metadata } = secret;
    if (metadata?.deletionTimestamp === undefined || metadata.finalizers?.includes(FINALIZER) !== true) {
        return;
    }
    const { name = "", namespace = "", finalizers } = metadata;
    metadata.finalizers = finalizers.filter((each) => each !== FINALIZER);
    try {
        await core.replaceNamespacedSecret({ name, namespace, body: secret });
    } catch (error) {
        // If somebody changed it in the meantime, the watch reports it again.
        console.error(error instanceof Error ? error.message : error);
    }
}

main();
