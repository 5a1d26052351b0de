import { isMapping, parsedJson } from "../../lib/json";
import { reasonOf } from "../../lib/reason";

/** What an API server refused, or that it gave no answer. */
export class ClusterError extends Error {
    /**
     * @param message a sentence without its full stop
     * @param status the HTTP status; `undefined` where there was no answer
     */
    constructor(
        message: string,
        readonly status: number | undefined,
    ) {
        super(message);
    }

    /** Whether the same call may succeed in a while. */
    get passing(): boolean {
        return this.status === undefined || this.status === 429 || this.status >= 500;
    }
}

/**
 * An error of the Kubernetes client, in the API server's own sentence where there is one: the client's message repeats
 * headers and body.
 *
 * @param doing what was tried: `read Deployment "a" in namespace "b"`
 */
export function clusterError(doing: string, error: unknown, advice: string): ClusterError {
    const status = statusOf(error);
    const reason = status === undefined ? noAnswer(error) : `${status} ${sentenceOf(error) ?? "without a reason"}`;
    return new ClusterError(`cannot ${doing}: ${reason}. ${advice}`, status);
}

export function statusOf(error: unknown): number | undefined {
    return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : undefined;
}

function sentenceOf(error: unknown): string | undefined {
    const { body } = error as { body?: unknown };
    const answer = typeof body === "string" ? parsedJson(body) : body;
    const { message } = isMapping(answer) ? answer : {};
    return typeof message === "string" ? message : undefined;
}

function noAnswer(error: unknown): string {
    const isLate = error instanceof Error && error.name === "AbortError";
    return isLate ? "the API server gave no answer in time" : reasonOf(error);
}
