import { getProxyForUrl } from "proxy-from-env";
import { parsedJson } from "../airflow/json";
import { HoustonError, refusal, unreachable } from "./errors";

/** Where the API key of an Astronomer service account is looked for at each call: it is kept nowhere else. */
const TOKEN_VARIABLE = "ASTRONOMER_API_TOKEN";

/** How long Houston may take for an answer, in milliseconds. */
const TIMEOUT_MS = 30_000;

export interface Operation {
    /** GraphQL. */
    readonly query: string;
    readonly variables: Readonly<Record<string, unknown>>;
    /** What is done, for an error: `read the variables of solar-dust-1234`. */
    readonly purpose: string;
    /** Takes out of Houston's words what was sent in confidence. */
    readonly redact?: (text: string) => string;
}

/**
 * One call of Houston's GraphQL API; see https://www.astronomer.io/docs/software/houston-api. Gives its `data`.
 *
 * @throws HoustonError which says what to do, and whether another try may help
 */
export async function callHouston(url: string, operation: Operation, timeoutMs = TIMEOUT_MS): Promise<unknown> {
    const token = process.env[TOKEN_VARIABLE];
    if (token === undefined || token === "") {
        throw new HoustonError(
            `Cannot ${operation.purpose}: ${TOKEN_VARIABLE} is not set. It has to hold the API key of a service account ` +
                `of Astronomer at ${url}`,
        );
    }
    const answer = await post(url, operation, token, timeoutMs);
    const redact = (text: string): string => (operation.redact?.(text) ?? text).replaceAll(token, "[redacted]");
    const body = parsed(answer.text);
    const errors = errorsIn(body).map(redact);
    if (answer.status !== 200 || errors.length > 0) {
        throw refusal({ ...answer, url, purpose: operation.purpose, errors });
    }
    if (typeof body?.data !== "object" || body.data === null) {
        throw new HoustonError(
            `Cannot ${operation.purpose}: ${url} answers with something other than GraphQL. Check houstonUrl: it is ` +
                "https://houston.<base domain>/v1",
        );
    }
    return body.data;
}

interface Answer {
    readonly status: number;
    /** Of the header `Retry-After`, in milliseconds. */
    readonly retryAfterMs: number | undefined;
    readonly text: string;
}

async function post(
    url: string,
    { query, variables, purpose }: Operation,
    token: string,
    timeoutMs: number,
): Promise<Answer> {
    // Loaded when it is needed: a stack without Astronomer's target never calls.
    const { fetch, ProxyAgent } = await import("undici");
    const proxy = getProxyForUrl(url);
    const dispatcher = proxy === "" ? undefined : new ProxyAgent(proxy);
    try {
        const response = await fetch(url, {
            method: "POST",
            headers: { authorization: token, "content-type": "application/json", accept: "application/json" },
            body: JSON.stringify({ query, variables }),
            // Whoever redirects is not Houston, and would be sent the token.
            redirect: "manual",
            signal: AbortSignal.timeout(timeoutMs),
            ...(dispatcher === undefined ? {} : { dispatcher }),
        });
        const after = Number(response.headers.get("retry-after") ?? Number.NaN);
        return {
            status: response.status,
            retryAfterMs: Number.isFinite(after) ? after * 1000 : undefined,
            text: await response.text(),
        };
    } catch (error) {
        throw unreachable(error, { url, purpose, timeoutMs });
    } finally {
        await dispatcher?.close();
    }
}

interface Body {
    readonly data?: unknown;
    readonly errors?: readonly { readonly message?: unknown }[];
}

/** Nothing where the text is no JSON object: a proxy's page, say. */
function parsed(text: string): Body | undefined {
    const body = parsedJson(text);
    return typeof body === "object" && body !== null ? body : undefined;
}

function errorsIn(body: Body | undefined): string[] {
    return Array.isArray(body?.errors)
        ? body.errors.map(({ message }) => (typeof message === "string" ? message : "an error without a message"))
        : [];
}
