import { send, type HttpAnswer } from "../../../lib/http";
import { isMapping, parsedJson } from "../../../lib/json";
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
    const { status, headers, text } = await post(url, operation, token, timeoutMs);
    const redact = (said: string): string => (operation.redact?.(said) ?? said).replaceAll(token, "[redacted]");
    const body = parsed(text);
    const errors = errorsIn(body).map(redact);
    if (status !== 200 || errors.length > 0) {
        const retryAfterMs = milliseconds(headers.get("retry-after"));
        throw refusal({ status, retryAfterMs, url, purpose: operation.purpose, errors });
    }
    if (typeof body?.data !== "object" || body.data === null) {
        throw new HoustonError(
            `Cannot ${operation.purpose}: ${url} answers with something other than GraphQL. Check houstonUrl: it is ` +
                "https://houston.<base domain>/v1",
        );
    }
    return body.data;
}

async function post(
    url: string,
    { query, variables, purpose }: Operation,
    token: string,
    timeoutMs: number,
): Promise<HttpAnswer> {
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

/** Of the header `Retry-After`, which may also hold a date. */
function milliseconds(retryAfter: string | null): number | undefined {
    const seconds = Number(retryAfter ?? Number.NaN);
    return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

interface Body {
    readonly data?: unknown;
    readonly errors?: readonly { readonly message?: unknown }[];
}

/** Nothing where the text is no JSON object: a proxy's page, say. */
function parsed(text: string): Body | undefined {
    const body = parsedJson(text);
    return isMapping(body) ? body : undefined;
}

function errorsIn(body: Body | undefined): string[] {
    return Array.isArray(body?.errors)
        ? body.errors.map(({ message }) => (typeof message === "string" ? message : "an error without a message"))
        : [];
}
