import { STATUS_CODES } from "node:http";
import { azure } from "../clients";

/** What Graph tells of an application or a service principal. */
export type Told = Readonly<Record<string, unknown>> & { readonly id: string; readonly appId: string };

/** What Graph refuses, told as the official plugin tells it. */
class GraphRefusal extends Error {
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

interface Question {
    readonly method: "GET" | "POST" | "PATCH" | "DELETE";
    readonly path: string;
    readonly body?: object;
    /** The beta knows properties that v1.0 does not. */
    readonly version?: "v1.0" | "beta";
}

/** One call of Graph. */
export async function graph({ method, path, body, version = "v1.0" }: Question): Promise<Told> {
    const call = azure().graph.api(path).version(version);
    const calls = {
        GET: () => call.get(),
        DELETE: () => call.delete(),
        POST: () => call.post(body),
        PATCH: () => call.patch(body),
    };
    try {
        return (await calls[method]()) as Told;
    } catch (error) {
        const { statusCode, code, message } = error as { statusCode?: number; code?: string | null; message: string };
        throw statusCode === undefined || statusCode < 0 ? error : new GraphRefusal(statusCode, code ?? "", message);
    }
}

/** The same of something that may not be there: `undefined` where it is not. */
export async function graphIfThere(question: Question): Promise<Told | undefined> {
    try {
        return await graph(question);
    } catch (error) {
        if (error instanceof GraphRefusal && error.status === 404) {
            return undefined;
        }
        throw error;
    }
}

/** All that a list of Graph's holds. */
export async function listed(path: string): Promise<readonly Told[]> {
    return (await graph({ method: "GET", path })).value as readonly Told[];
}

/** `$filter` for those whose property has that value. */
export function filtered(kind: "applications" | "servicePrincipals", property: string, value: unknown): string {
    const filter = `${property} eq '${String(value).replaceAll("'", "''")}'`;
    return `/${kind}?$filter=${encodeURIComponent(filter)}`;
}

/** Object ids of the owners of what is at a path. */
export async function ownersOf(path: string): Promise<string[]> {
    return (await listed(`${path}/owners`)).map(({ id }) => id);
}

/** How Graph is told of the owners of what is made. */
export function ownedBy(owners: unknown): Record<string, string[]> {
    const ids = (owners ?? []) as string[];
    return { "owners@odata.bind": ids.map((id) => `https://graph.microsoft.com/v1.0/directoryObjects/${id}`) };
}

/** A text; an empty one where Graph has none. */
export const text = (value: unknown): string => (typeof value === "string" ? value : "");
