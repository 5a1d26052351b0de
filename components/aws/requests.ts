import type { IAMClientConfig } from "@aws-sdk/client-iam";
import { send, type HttpRequest } from "../../lib/http";

/** The fields of a request of the AWS SDK that are used here. */
interface AwsRequest {
    readonly method: string;
    readonly protocol: string;
    readonly hostname: string;
    readonly port?: number;
    readonly path: string;
    readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: unknown;
}

/** Timeout of a call, in milliseconds. */
const TIMEOUT_MS = 60_000;

/** The headers of an answer that the SDK uses: to parse it, to set its clock, and to try again. */
const usedHeaders = ["content-type", "date", "retry-after", "x-amzn-requestid"];

/** Sends the AWS SDK's requests. Its own handler does not use the proxy of the environment. */
export const awsRequests = {
    async handle(request: AwsRequest) {
        const { method, headers, body } = request;
        const {
            status,
            headers: answered,
            text,
        } = await send(urlOf(request), {
            method: method as HttpRequest["method"],
            headers,
            ...(body === undefined ? {} : { body: textOf(body) }),
            timeoutMs: TIMEOUT_MS,
        });
        // The SDK would only say that it cannot parse the page.
        if (/^\s*<(!doctype\s+)?html/i.test(text)) {
            throw new Error(`${request.hostname} answers ${status} with an HTML page: is there a proxy in between?`);
        }
        const found = usedHeaders
            .map((name) => [name, answered.get(name) ?? ""] as const)
            .filter(([, value]) => value !== "");
        return { response: { statusCode: status, headers: Object.fromEntries(found), body: Buffer.from(text) } };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
} satisfies IAMClientConfig["requestHandler"];

function urlOf({ protocol, hostname, port, path, query = {} }: AwsRequest): string {
    const url = new URL(`${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}`);
    for (const [name, value] of Object.entries(query)) {
        for (const one of Array.isArray(value) ? (value as readonly string[]) : [value as string | null]) {
            url.searchParams.append(name, one ?? "");
        }
    }
    return url.href;
}

/** The SDK's requests for IAM and for logins have a text as body, or its bytes. */
function textOf(body: unknown): string {
    return typeof body === "string" ? body : Buffer.from(body as Uint8Array).toString("utf8");
}
