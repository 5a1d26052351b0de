import {
    ApiException,
    KubeConfig,
    KubernetesObjectApi,
    PatchStrategy,
    type KubernetesObject,
} from "@kubernetes/client-node";

/** Reads an object. Returns `undefined` if it does not exist. */
export async function readObject(object: KubernetesObject): Promise<KubernetesObject | undefined> {
    const { apiVersion, kind, metadata } = object;
    const identity = { apiVersion, kind, metadata: { name: metadata?.name ?? "", namespace: metadata?.namespace } };
    return ignoreNotFound(() => connect().read(identity as Parameters<KubernetesObjectApi["read"]>[0]), object);
}

/** Deletes an object. Does nothing if it does not exist. */
export async function deleteObject(object: KubernetesObject): Promise<void> {
    await ignoreNotFound(() => connect().delete(object), object);
}

/**
 * Applies an object with server-side apply. Takes over fields that another field manager has set. In a dry run the API
 * server only returns the result and stores nothing.
 */
export function applyObject(
    object: KubernetesObject,
    { fieldManager, dryRun }: { fieldManager: string; dryRun: boolean },
): Promise<KubernetesObject> {
    const dryRunParameter = dryRun ? "All" : undefined;
    return withApiError(object, "apply", () =>
        connect().patch(object, undefined, dryRunParameter, fieldManager, true, PatchStrategy.ServerSideApply),
    );
}

/** Creates a client. Reads KUBECONFIG at each use, as the plugin does. */
function connect(): KubernetesObjectApi {
    const config = new KubeConfig();
    config.loadFromDefault();
    return KubernetesObjectApi.makeApiClient(config);
}

async function ignoreNotFound<T>(call: () => Promise<T>, object: KubernetesObject): Promise<T | undefined> {
    try {
        return await call();
    } catch (error) {
        if (error instanceof ApiException && error.code === 404) {
            return undefined;
        }
        throw toApiError(object, "read", error);
    }
}

async function withApiError<T>(object: KubernetesObject, verb: string, call: () => Promise<T>): Promise<T> {
    try {
        return await call();
    } catch (error) {
        throw toApiError(object, verb, error);
    }
}

/**
 * Converts a client error into one with the API server's message. The client's own message contains headers and body,
 * and so possibly a secret.
 */
function toApiError({ kind, metadata }: KubernetesObject, verb: string, error: unknown): unknown {
    if (!(error instanceof ApiException)) {
        return error;
    }
    const body: unknown = typeof error.body === "string" ? JSON.parse(error.body) : error.body;
    const { message } = body as { message?: string };
    const description = `${kind ?? "object"} ${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;
    return new Error(
        `cannot ${verb}: ${description}: the API server answered ${error.code}: ${message ?? "no reason given"}`,
    );
}
