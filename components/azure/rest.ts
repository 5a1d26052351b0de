import { send } from "../../lib/http";
import { isMapping, parseJson } from "../../lib/json";

/**
 * Calls Azure's REST API for what the Azure providers do not support: reading and purging soft-deleted resources, and
 * listing an app's client secrets.
 */

export interface AzureResponse {
    readonly status: number;
    readonly body: unknown;
}

/** Timeout of a call, in milliseconds. */
const TIMEOUT_MS = 60_000;

/**
 * Makes one call. A response with status 404 is returned.
 *
 * @throws Error with Azure's message for any other failure
 */
export async function azureCall(
    method: "GET" | "POST" | "DELETE",
    url: string,
    token: string,
    json?: object,
): Promise<AzureResponse> {
    const headers = {
        authorization: `Bearer ${token}`,
        ...(json === undefined ? {} : { "content-type": "application/json" }),
    };
    const body = json === undefined ? {} : { body: JSON.stringify(json) };
    const { status, text } = await send(url, { method, headers, ...body, timeoutMs: TIMEOUT_MS });
    const isSuccess = status >= 200 && status < 300;
    const summary = `${method} ${new URL(url).host} answers ${status}`;
    if (!isSuccess && status !== 404) {
        throw new Error(`${summary}: ${errorMessage(text)}`);
    }
    const answer = parseJson(text);
    if (answer === undefined && text !== "") {
        throw new Error(`${summary} with something other than JSON: is there a proxy in between?`);
    }
    return { status, body: answer };
}

/** Returns the code and message of Azure's error, `{"error": {"code", "message"}}`; the whole text if it is none. */
function errorMessage(text: string): string {
    const body = parseJson(text);
    const error = isMapping(body) ? body.error : undefined;
    if (!isMapping(error)) {
        return text;
    }
    return [error.code, error.message].filter((part) => typeof part === "string").join(" ");
}
