import { send } from "../../lib/http";
import { isMapping, parsedJson } from "../../lib/json";

/** What the Azure provider has no function or resource for: looking at what is deleted, and purging it. */

export interface AzureAnswer {
    readonly status: number;
    readonly body: unknown;
}

/** How long Azure may take for an answer, in milliseconds. */
const TIMEOUT_MS = 60_000;

/** One call with the Azure provider's own token. Gives 404 as an answer; any other failure is an error in Azure's words. */
export async function azureCall(method: "GET" | "POST" | "DELETE", url: string, token: string): Promise<AzureAnswer> {
    const headers = { authorization: `Bearer ${token}` };
    const { status, text } = await send(url, { method, headers, timeoutMs: TIMEOUT_MS });
    const isGood = status >= 200 && status < 300;
    const answers = `${method} ${new URL(url).host} answers ${status}`;
    if (!isGood && status !== 404) {
        throw new Error(`${answers}: ${messageIn(text)}`);
    }
    const body = parsedJson(text);
    if (body === undefined && text !== "") {
        throw new Error(`${answers} with something other than JSON: is there a proxy's page in between?`);
    }
    return { status, body };
}

/** Azure's errors are `{"error": {"code", "message"}}`. */
function messageIn(text: string): string {
    const body = parsedJson(text);
    const error = isMapping(body) ? body.error : undefined;
    if (!isMapping(error)) {
        return text;
    }
    return [error.code, error.message].filter((part) => typeof part === "string").join(" ");
}
