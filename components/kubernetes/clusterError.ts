import { isMapping, parseJson } from "../../lib/json";
import { reasonOf } from "../../lib/reason";
import { firstWords } from "../../lib/text";

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

/** A successful response that is not JSON. Something between this machine and the API server has answered. */
export class NotJson extends Error {
    constructor(
        readonly code: number,
        readonly body: string,
    ) {
        super();
    }
}

/**
 * Converts an error of the Kubernetes client. Uses the API server's own message if there is one: the client's message
 * repeats headers and body.
 *
 * @param action what was tried: `read Deployment "a" in namespace "b"`
 * @param server the API server's address; `undefined` if it is not known
 */
export function clusterError(action: string, error: unknown, advice: string, server: string | undefined): ClusterError {
    const status = statusOf(error);
    const reason =
        status === undefined ? describeNoResponse(error, server) : describeResponse(status, bodyOf(error), server);
    return new ClusterError(`cannot ${action}: ${reason}. ${advice}`, status);
}

/** Whether the API server says that an object does not exist. A proxy's page with the same status does not say that. */
export function isNotFound(error: unknown): boolean {
    return statusOf(error) === 404 && messageOf(bodyOf(error)) !== undefined;
}

function statusOf(error: unknown): number | undefined {
    return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : undefined;
}

function describeResponse(status: number, body: unknown, server = "the API server"): string {
    const message = messageOf(body);
    if (message !== undefined) {
        return `${status} ${message}`;
    }
    return typeof body === "string" && body.trim() !== ""
        ? `${server} answers ${status} with something other than JSON, as a proxy in front of it does: ${firstWords(body)}`
        : `${status} without a reason`;
}

const bodyOf = (error: unknown): unknown => (error as { readonly body?: unknown }).body;

function messageOf(body: unknown): string | undefined {
    const parsed = typeof body === "string" ? parseJson(body) : body;
    const { message } = isMapping(parsed) ? parsed : {};
    return typeof message === "string" ? message : undefined;
}

function describeNoResponse(error: unknown, server = "the API server"): string {
    const isTimeout = error instanceof Error && ["AbortError", "TimeoutError"].includes(error.name);
    return isTimeout ? `${server} did not answer in time` : reasonOf(error);
}
