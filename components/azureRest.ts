import { getProxyForUrl } from "proxy-from-env";

/** What the Azure provider has no function or resource for: looking at what is deleted, and purging it. */

export interface AzureAnswer {
    readonly status: number;
    readonly body: unknown;
}

/** One call with the Azure provider's own token. Gives 404 as an answer; any other failure is an error in Azure's words. */
export async function azureCall(method: "GET" | "POST" | "DELETE", url: string, token: string): Promise<AzureAnswer> {
    // Loaded when it is needed: few stacks ever call.
    const { fetch, ProxyAgent } = await import("undici");
    const proxy = getProxyForUrl(url);
    const dispatcher = proxy === "" ? undefined : new ProxyAgent(proxy);
    try {
        const response = await fetch(url, {
            method,
            headers: { Authorization: `Bearer ${token}` },
            ...(dispatcher === undefined ? {} : { dispatcher }),
        });
        const text = await response.text();
        if (!response.ok && response.status !== 404) {
            throw new Error(`${method} ${new URL(url).host} answers ${response.status}: ${messageIn(text)}`);
        }
        return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
    } finally {
        await dispatcher?.close();
    }
}

/** Azure's errors are `{"error": {"code", "message"}}`. */
function messageIn(text: string): string {
    try {
        const { error } = JSON.parse(text) as { error?: { code?: string; message?: string } };
        return error === undefined ? text : `${error.code ?? ""} ${error.message ?? ""}`.trim();
    } catch (error) {
        if (error instanceof SyntaxError) {
            return text;
        }
        throw error;
    }
}
