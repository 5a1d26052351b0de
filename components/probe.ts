import type { z } from "zod";
import { readKwargs, type Env } from "../airflow/kwargs";
import { testUriConnection, testVariable } from "../airflow/testSecrets";
import { secretName, type Prefixes, type SecretKind } from "../airflow/scope";
import { send, type HttpRequest, type HttpResponse } from "../lib/http";
import { isMapping, parseJson } from "../lib/json";
import { reasonOf } from "../lib/reason";

/**
 * Logs in with a Deployment's environment variables as Airflow does, and reads. Returns the first problem; `undefined` if
 * everything could be read.
 *
 * @param token what a pod of a keyless login finds in its token file; `undefined` for a login with a credential
 */
export type Probe = (env: Env, reads: readonly ProbeRead[], token?: string) => Promise<ProbeProblem | undefined>;

/** A secret to read. */
export interface ProbeRead {
    readonly kind: SecretKind;
    /** The variable's key or the connection's id. */
    readonly key: string;
    /** Whether the secret exists. If not, the service has to answer that it does not exist, not that it is forbidden. */
    readonly exists: boolean;
}

/** Why a credential could not be shown to work. */
export interface ProbeProblem {
    /**
     * - `refused`: the service refuses the login or the read.
     * - `absent`: the credential may read, but the secret is not there.
     * - `unreachable`: the service cannot be reached from this machine, or does not accept its address.
     * - `failing`: the service cannot answer now, e.g. status 503.
     */
    readonly kind: "refused" | "absent" | "unreachable" | "failing";
    /** What was tried, e.g. `GET https://vault.example.com/v1/secret/data/variables/x`. */
    readonly call: string;
    /** What the service answered, or the network error. */
    readonly answer: string;
    /** The likely cause, if the answer does not say it: a sentence without a full stop. */
    readonly cause?: string;
    /** How long it can take until the same call succeeds, without a change: `no` time, a minute, or many minutes. */
    readonly mayPass: "no" | "soon" | "late";
}

/** What a service's answer means. */
export type Judgement = Pick<ProbeProblem, "kind" | "cause" | "mayPass">;

/** The judgement about a test secret that is not there. */
export const testSecretGone: Judgement = { kind: "absent", cause: "Somebody deleted the test secret", mayPass: "soon" };

/**
 * Judges the answer of a service that answers 404 for a secret that does not exist; `undefined` if it is what it has to
 * be.
 *
 * @param refusal judges any answer other than 200 and 404
 */
export function judgeRead(status: number, exists: boolean, refusal: () => Judgement): Judgement | undefined {
    if (status === 404) {
        return exists ? testSecretGone : undefined;
    }
    return status === 200 ? undefined : refusal();
}

/** A `ProbeProblem` as an exception, for the code that talks to a service. */
export class ProbeError extends Error {
    constructor(readonly problem: ProbeProblem) {
        super(`${problem.call}: ${problem.answer}`);
    }
}

const absentKey = "a-secret-that-does-not-exist";

/** Returns what to read: the test variable and a test connection, or secrets that do not exist. */
export function probeReads(testSecrets: boolean): readonly ProbeRead[] {
    const keys = testSecrets
        ? { variables: testVariable.key, connections: testUriConnection.id }
        : { variables: absentKey, connections: absentKey };
    return [
        { kind: "variables", key: keys.variables, exists: testSecrets },
        { kind: "connections", key: keys.connections, exists: testSecrets },
    ];
}

/** Reads the secret of a name in which Airflow looks, see `ProbeRead`. */
type ReadName = (secret: { readonly name: string; readonly exists: boolean }) => Promise<void>;

/**
 * Returns a probe from a function that logs in and returns how to read. Both throw a `ProbeError` for a problem. What
 * Airflow does not look up is not read.
 *
 * @param prefixesIn returns the prefixes in the backend's keyword arguments
 */
export function probeOf<Schema extends z.ZodType>(
    backendClass: string,
    schema: Schema,
    prefixesIn: (kwargs: z.output<Schema>) => Prefixes,
    logIn: (kwargs: z.output<Schema>, env: Env, token: string | undefined) => Promise<ReadName>,
): Probe {
    return async (env, reads, token) => {
        const parsed = readKwargs(env, backendClass, schema);
        if ("problem" in parsed) {
            throw new Error(parsed.problem);
        }
        try {
            const prefixes = prefixesIn(parsed.kwargs);
            const read = await logIn(parsed.kwargs, env, token);
            for (const { kind, key, exists } of reads.filter((each) => prefixes[each.kind] !== undefined)) {
                await read({ name: secretName(prefixes, kind, key), exists });
            }
            return undefined;
        } catch (error) {
            if (error instanceof ProbeError) {
                return error.problem;
            }
            throw error;
        }
    };
}

/** Timeout of a call, in milliseconds. */
const TIMEOUT_MS = 20_000;

/**
 * Sends a request of a probe.
 *
 * @throws ProbeError if there is no response, or a response with status 429 or above 499
 */
export async function probeCall(url: string, request: Omit<HttpRequest, "timeoutMs">): Promise<HttpResponse> {
    const call = `${request.method} ${url}`;
    const response = await send(url, { ...request, timeoutMs: TIMEOUT_MS }).catch((error: unknown) => {
        throw new ProbeError({
            kind: "unreachable",
            call,
            answer: reasonOf(error),
            cause: "This machine cannot reach the service, or does not trust its certificate (NODE_EXTRA_CA_CERTS)",
            mayPass: "soon",
        });
    });
    if (response.status === 429 || response.status >= 500) {
        throw new ProbeError({ kind: "failing", call, answer: statusText(response), mayPass: "late" });
    }
    return response;
}

/** The most that a message quotes of an answer: a proxy's error page can be long. */
const ANSWER_LIMIT = 500;

/** Formats a response that is not JSON as this service writes it: its status and the beginning of its text. */
export function statusText({ status, text }: Pick<HttpResponse, "status" | "text">): string {
    const line = text.replaceAll(/\s+/g, " ").trim();
    return line === "" ? `status ${status}` : `${status} ${line.slice(0, ANSWER_LIMIT)}`;
}

/** Parses a response's body as a JSON object; an empty object if it is something else. */
export function jsonBody({ text }: HttpResponse): Readonly<Record<string, unknown>> {
    const body = parseJson(text);
    return isMapping(body) ? body : {};
}

/** Returns the value if it is a string. */
export function textField(value: unknown, name: string): string | undefined {
    const found = isMapping(value) ? value[name] : undefined;
    return typeof found === "string" ? found : undefined;
}
