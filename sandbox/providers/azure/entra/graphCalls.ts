import { STATUS_CODES } from "node:http";
import { azure } from "../clients";

/** An application or a service principal, as Graph returns it. */
export type GraphObject = Readonly<Record<string, unknown>> & { readonly id: string; readonly appId: string };

/** An error response of Graph, with a message as in the official plugin. */
class GraphError extends Error {
    constructor(
        readonly status: number,
        code: string,
        message: string,
    ) {
        super(
            `unexpected status ${status} (${status} ${STATUS_CODES[status] ?? ""}) with error: ${code}: ${message.trim()}`,
        );
    }
}

interface GraphRequest {
    readonly method: "GET" | "POST" | "PATCH" | "DELETE";
    readonly path: string;
    readonly body?: object;
    /** Some properties are only in the beta. Default: `v1.0`. */
    readonly version?: "v1.0" | "beta";
}

/** Calls Graph. */
export async function graph({ method, path, body, version = "v1.0" }: GraphRequest): Promise<GraphObject> {
    const call = azure().graph.api(path).version(version);
    const calls = {
        GET: () => call.get(),
        DELETE: () => call.delete(),
        POST: () => call.post(body),
        PATCH: () => call.patch(body),
    };
    try {
        return (await calls[method]()) as GraphObject;
    } catch (error) {
        const { statusCode, code, message } = error as { statusCode?: number; code?: string | null; message: string };
        throw statusCode === undefined || statusCode < 0 ? error : new GraphError(statusCode, code ?? "", message);
    }
}

/** Calls Graph. Returns `undefined` on a 404. */
export async function graphIfFound(request: GraphRequest): Promise<GraphObject | undefined> {
    try {
        return await graph(request);
    } catch (error) {
        if (error instanceof GraphError && error.status === 404) {
            return undefined;
        }
        throw error;
    }
}

/** Returns the entries of a Graph collection. */
export async function listObjects(path: string): Promise<readonly GraphObject[]> {
    return (await graph({ method: "GET", path })).value as readonly GraphObject[];
}

/** Returns the path of a collection with a `$filter` for objects whose property has the value. */
export function filterPath(kind: "applications" | "servicePrincipals", property: string, value: unknown): string {
    const filter = `${property} eq '${String(value).replaceAll("'", "''")}'`;
    return `/${kind}?$filter=${encodeURIComponent(filter)}`;
}

/** Returns the object IDs of the owners of the object at a path. */
export async function ownersOf(path: string): Promise<string[]> {
    return (await listObjects(`${path}/owners`)).map(({ id }) => id);
}

/** Returns the part of a request body that sets the owners of a new object. */
export function ownersBody(owners: unknown): Record<string, string[]> {
    const ids = (owners ?? []) as string[];
    return { "owners@odata.bind": ids.map((id) => `https://graph.microsoft.com/v1.0/directoryObjects/${id}`) };
}

/** Returns a string, or an empty one if Graph has no value. */
export const textOrEmpty = (value: unknown): string => (typeof value === "string" ? value : "");
