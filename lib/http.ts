import { getProxyForUrl } from "proxy-from-env";

export interface HttpRequest {
    readonly method: "GET" | "POST" | "DELETE";
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    /** How long the answer may take, all of it. */
    readonly timeoutMs: number;
}

export interface HttpAnswer {
    readonly status: number;
    readonly headers: { get(name: string): string | null };
    readonly text: string;
}

/**
 * One call through the proxy of the environment: `HTTPS_PROXY` and `NO_PROXY`, in capital or small letters. A redirect is
 * an answer: whoever is there would be sent the credential in the headers.
 *
 * @throws TypeError with the network's reason in its cause, or a DOMException `TimeoutError`
 */
export async function send(url: string, { method, headers, body, timeoutMs }: HttpRequest): Promise<HttpAnswer> {
    // Loaded when it is needed: many stacks never call.
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

/** The proxy by which the environment says that a URL is reached. A variable that is empty is one that is not set. */
export function proxyFor(url: string): string | undefined {
    return getProxyForUrl(url) || undefined;
}
