import { isMapping, parseJson } from "../../lib/json";
import { reasonOf } from "../../lib/reason";

/** An error response of an API server, or a missing response. */
export class ClusterError extends Error {
    /**
     * @param message a sentence without its full stop
     * @param status the HTTP status; `undefined` if there was no response
     */
    constructor(
        message: string,
        readonly status: number | undefined,
    ) {
        super(message);
    }

    /** Whether the same call may succeed later. */
    get isTransient(): boolean {
        return this.status === undefined || this.status === 429 || this.status >= 500;
    }
}

/**
 * Converts an error of the Kubernetes client. Uses the API server's own message if there is one: the client's message
 * repeats headers and body.
 *
 * @param action what was tried: `read Deployment "a" in namespace "b"`
 */
export function clusterError(action: string, error: unknown, advice: string): ClusterError {
    const status = statusOf(error);
    const reason =
        status === undefined ? describeNoResponse(error) : `${status} ${messageOf(error) ?? "without a reason"}`;
    return new ClusterError(`cannot ${action}: ${reason}. ${advice}`, status);
}

export function statusOf(error: unknown): number | undefined {
    return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : undefined;
}

function messageOf(error: unknown): string | undefined {
    const { body } = error as { body?: unknown };
    const parsed = typeof body === "string" ? parseJson(body) : body;
    const { message } = isMapping(parsed) ? parsed : {};
    return typeof message === "string" ? message : undefined;
}

function describeNoResponse(error: unknown): string {
    const isTimeout = error instanceof Error && error.name === "AbortError";
    return isTimeout ? "the API server did not answer in time" : reasonOf(error);
}
