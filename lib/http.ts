import { getProxyForUrl } from "proxy-from-env";

export interface HttpRequest {
    readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "LIST";
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    /** Timeout for the whole response, body included. */
    readonly timeoutMs: number;
}

export interface HttpResponse {
    readonly status: number;
    readonly headers: { get(name: string): string | null };
    readonly text: string;
}

/** A function that sends one HTTP request, such as `send`. */
export type Send = typeof send;

/**
 * Sends one HTTP request. Uses the proxy of the environment: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in upper or
 * lower case. Does not follow redirects, because that would send the credential in the headers to another server:
 * returns the redirect response instead.
 *
 * @throws TypeError if there is no response; its `cause` has the network error
 * @throws DOMException named `TimeoutError` after `timeoutMs`
 */
export async function send(url: string, { method, headers, body, timeoutMs }: HttpRequest): Promise<HttpResponse> {
    // Imported lazily: many stacks never send a request.
    const { fetch, ProxyAgent } = await import("undici");
    const proxy = proxyFor(url);
    const dispatcher = proxy === undefined ? undefined : new ProxyAgent(proxy);
    try {
        const response = await fetch(url, {
            method,
            headers,
            redirect: "manual",
            signal: AbortSignal.timeout(timeoutMs),
            ...(body === undefined ? {} : { body }),
            ...(dispatcher === undefined ? {} : { dispatcher }),
        });
        return { status: response.status, headers: response.headers, text: await response.text() };
    } finally {
        await dispatcher?.close();
    }
}

/**
 * Returns the proxy that the environment variables set for a URL; `undefined` if there is none. An empty variable
 * counts as not set.
 */
export function proxyFor(url: string): string | undefined {
    return getProxyForUrl(url) || undefined;
}
