import { send, type HttpResponse } from "../../../lib/http";
import { isMapping, parseJson } from "../../../lib/json";
import { firstWords } from "../../../lib/text";
import { HoustonError, refusal, unreachable } from "./errors";

/** Env var with the API key of an Astronomer service account. Read at each call; the key is stored nowhere else. */
const TOKEN_ENV_VAR = "ASTRONOMER_API_TOKEN";

/** Timeout for a response from Houston. */
const TIMEOUT_MS = 30_000;

export interface Operation {
    /** The GraphQL query or mutation. */
    readonly query: string;
    /** The GraphQL variables. */
    readonly variables: Readonly<Record<string, unknown>>;
    /** What the call does, for error messages: `read the environment variables of solar-dust-1234`. */
    readonly purpose: string;
    /** Removes the secrets that were sent from Houston's error messages. */
    readonly redact?: (text: string) => string;
}

/**
 * Calls Houston's GraphQL API and returns the response's `data`. See
 * https://www.astronomer.io/docs/software/houston-api
 *
 * @throws HoustonError that says what to do, and whether a retry may help
 */
export async function callHouston(url: string, operation: Operation, timeoutMs = TIMEOUT_MS): Promise<unknown> {
    const token = process.env[TOKEN_ENV_VAR];
    if (token === undefined || token === "") {
        throw new HoustonError(
            `Cannot ${operation.purpose}: ${TOKEN_ENV_VAR} is not set. Set it to the API key of a service account of the ` +
                `Astronomer installation at ${url}`,
        );
    }
    const { status, headers, text } = await post(url, operation, token, timeoutMs);
    const redact = (message: string): string =>
        (operation.redact?.(message) ?? message).replaceAll(token, "[redacted]");
    const body = parseBody(text);
    const errors = errorsIn(body).map(redact);
    const page = body === undefined && text.trim() !== "" ? firstWords(redact(text)) : undefined;
    if (status !== 200 || errors.length > 0) {
        const retryAfterMs = milliseconds(headers.get("retry-after"));
        throw refusal({ status, retryAfterMs, url, purpose: operation.purpose, errors, page });
    }
    if (typeof body?.data !== "object" || body.data === null) {
        const words = page === undefined ? "" : `: ${page}`;
        throw new HoustonError(
            `Cannot ${operation.purpose}: ${url} answers 200 with something other than GraphQL${words}. Check houstonUrl: ` +
                "it is https://houston.<base domain>/v1; or a proxy in front of it has answered",
        );
    }
    return body.data;
}

async function post(
    url: string,
    { query, variables, purpose }: Operation,
    token: string,
    timeoutMs: number,
): Promise<HttpResponse> {
    try {
        return await send(url, {
            method: "POST",
            headers: { authorization: token, "content-type": "application/json", accept: "application/json" },
            body: JSON.stringify({ query, variables }),
            timeoutMs,
        });
    } catch (error) {
        throw unreachable(error, { url, purpose, timeoutMs });
    }
}

/** Parses the header `Retry-After`. Returns `undefined` if it is missing or holds a date. */
function milliseconds(retryAfter: string | null): number | undefined {
    const seconds = Number(retryAfter ?? Number.NaN);
    return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

interface Body {
    readonly data?: unknown;
    readonly errors?: readonly { readonly message?: unknown }[];
}

/** Returns `undefined` if the text is not a JSON object, for example a proxy's error page. */
function parseBody(text: string): Body | undefined {
    const body = parseJson(text);
    return isMapping(body) ? body : undefined;
}

function errorsIn(body: Body | undefined): string[] {
    return Array.isArray(body?.errors)
        ? body.errors.map(({ message }) => (typeof message === "string" ? message : "an error without a message"))
        : [];
}
