import { setTimeout } from "node:timers/promises";
import { send, type HttpRequest, type HttpResponse } from "../../lib/http";
import { isMapping, parseJson } from "../../lib/json";

/**
 * Calls Azure's REST API for what the Azure providers do not support: reading and purging soft-deleted resources, and
 * listing an app's client secrets.
 */

/** The version of Key Vault's API in Azure Resource Manager. Azure retires older ones on 27 February 2027. */
export const KEY_VAULT_API = "2026-02-01";

export interface AzureResponse {
    readonly status: number;
    readonly body: unknown;
}

interface Options {
    /** The body of the request. */
    readonly json?: object;
    /** Timeout of one attempt, in milliseconds. Default: a minute. */
    readonly timeoutMs?: number;
}

const TIMEOUT_MS = 60_000;

/** How often to try a read that Azure has no time for. Only a read: nobody knows what became of another call. */
const ATTEMPTS = 4;
const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Makes one call. A response with status 404 is returned.
 *
 * @throws Error with Azure's message for any other failure
 */
export async function azureCall(
    method: "GET" | "POST" | "DELETE",
    url: string,
    token: string,
    { json, timeoutMs = TIMEOUT_MS }: Options = {},
): Promise<AzureResponse> {
    const headers = {
        authorization: `Bearer ${token}`,
        ...(json === undefined ? {} : { "content-type": "application/json" }),
    };
    const body = json === undefined ? {} : { body: JSON.stringify(json) };
    const { status, text } = await sendWithRetries(url, { method, headers, ...body, timeoutMs });
    const isSuccess = status >= 200 && status < 300;
    const summary = `${method} ${new URL(url).host} answers ${status}`;
    const answer = parseJson(text);
    if (answer === undefined && text !== "") {
        throw new Error(`${summary} with something other than JSON: is there a proxy in between?`);
    }
    if (!isSuccess && status !== 404) {
        throw new Error(`${summary}: ${errorMessage(answer, text)}`);
    }
    return { status, body: answer };
}

async function sendWithRetries(url: string, request: HttpRequest): Promise<HttpResponse> {
    for (let attempt = 1; ; attempt += 1) {
        const response = await send(url, request);
        const mayPass = response.status === 429 || response.status >= 500;
        if (request.method !== "GET" || !mayPass || attempt === ATTEMPTS) {
            return response;
        }
        await setTimeout(pauseMs(response.headers.get("retry-after"), attempt));
    }
}

/** Returns how long to wait. The header has seconds; if it has a date or nothing, each pause is longer than the last. */
function pauseMs(retryAfter: string | null, attempt: number): number {
    const seconds = retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : undefined;
    return Math.min(seconds === undefined ? attempt * PAUSE_MS : seconds * 1000, LONGEST_PAUSE_MS);
}

/** Returns the code and message of Azure's error, `{"error": {"code", "message"}}`; the whole text if it is none. */
function errorMessage(body: unknown, text: string): string {
    const error = isMapping(body) ? body.error : undefined;
    if (!isMapping(error)) {
        return text;
    }
    return [error.code, error.message].filter((part) => typeof part === "string").join(" ");
}
