import {
    ApiException,
    KubeConfig,
    KubernetesObjectApi,
    PatchStrategy,
    type KubernetesObject,
} from "@kubernetes/client-node";

/** `undefined` where it is not there. */
export async function readObject(object: KubernetesObject): Promise<KubernetesObject | undefined> {
    const { apiVersion, kind, metadata } = object;
    const identity = { apiVersion, kind, metadata: { name: metadata?.name ?? "", namespace: metadata?.namespace } };
    return ifThere(() => connect().read(identity as Parameters<KubernetesObjectApi["read"]>[0]), object);
}

/** Removes it; one that is gone already is no error. */
export async function deleteObject(object: KubernetesObject): Promise<void> {
    await ifThere(() => connect().delete(object), object);
}

/** Server-side apply, over whatever another field manager has set; in a dry run the API server only says what it would do. */
export function applyObject(
    object: KubernetesObject,
    { fieldManager, dryRun }: { fieldManager: string; dryRun: boolean },
): Promise<KubernetesObject> {
    const when = dryRun ? "All" : undefined;
    return named(object, "apply", () =>
        connect().patch(object, undefined, when, fieldManager, true, PatchStrategy.ServerSideApply),
    );
}

/** From KUBECONFIG at the moment of use, as the plugin does. */
function connect(): KubernetesObjectApi {
    const config = new KubeConfig();
    config.loadFromDefault();
    return KubernetesObjectApi.makeApiClient(config);
}

async function ifThere<T>(call: () => Promise<T>, object: KubernetesObject): Promise<T | undefined> {
    try {
        return await call();
    } catch (error) {
        if (error instanceof ApiException && error.code === 404) {
            return undefined;
        }
        throw explained(object, "read", error);
    }
}

async function named<T>(object: KubernetesObject, verb: string, call: () => Promise<T>): Promise<T> {
    try {
        return await call();
    } catch (error) {
        throw explained(object, verb, error);
    }
}

/** The API server's own sentence: the client's message repeats headers and body, and so perhaps a secret. */
function explained({ kind, metadata }: KubernetesObject, verb: string, error: unknown): unknown {
    if (!(error instanceof ApiException)) {
        return error;
    }
    const body: unknown = typeof error.body === "string" ? JSON.parse(error.body) : error.body;
    const { message } = body as { message?: string };
    const what = `${kind ?? "object"} ${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;
    return new Error(`cannot ${verb}: ${what}: the API server answered ${error.code}: ${message ?? "no reason given"}`);
}
