import type { Prefixes } from "../../airflow/scope";
import { normalAddress } from "../../config/address";
import type { HttpResponse } from "../../lib/http";
import { vaultBackendClass } from "./airflow";
import {
    callVault,
    tokenIn,
    vaultErrors,
    vaultLogin,
    vaultReadPath,
    vaultReaderKwargs,
    vaultUrl,
    type VaultReader,
    type VaultRequest,
} from "./client";
import { jsonBody, probeCall, ProbeError, probeOf, statusText, type Judgement } from "../probe";
import { vaultAddress } from "./rest";

/** Logs in with the AppRole, and reads. */
export const probeVault = probeOf(vaultBackendClass, vaultReaderKwargs, prefixesIn, async (kwargs) => {
    const token = await logIn(kwargs);
    return ({ name, exists }) => readSecret(kwargs, token, name, exists);
});

function prefixesIn({ variables_path, connections_path }: VaultReader): Prefixes {
    return { variables: variables_path ?? undefined, connections: connections_path ?? undefined, sep: "/" };
}

/**
 * Sends a request to the backend's `address`, of which nothing has been seen before: Pulumi itself uses VAULT_ADDR, and
 * preflight does not judge an address that has no answer.
 */
async function callAddress(kwargs: VaultReader, request: VaultRequest): Promise<HttpResponse> {
    try {
        return await callVault(kwargs, request, probeCall);
    } catch (error) {
        if (error instanceof ProbeError && error.problem.kind === "unreachable") {
            const cause = `${error.problem.cause ?? ""}, or backend.address is wrong${otherAddress(kwargs)}`;
            throw new ProbeError({ ...error.problem, cause });
        }
        throw error;
    }
}

/** Returns a further sentence with the address that Pulumi uses, if it is another one. */
function otherAddress({ url }: VaultReader): string {
    const own = vaultAddress();
    return own === "" || normalAddress(own) === normalAddress(url)
        ? ""
        : `. Pulumi reaches Vault at ${own} (VAULT_ADDR)`;
}

async function logIn(kwargs: VaultReader): Promise<string> {
    const request = vaultLogin(kwargs);
    const response = await callAddress(kwargs, request);
    const token = tokenIn(jsonBody(response));
    if (token === undefined) {
        throw new ProbeError({ call: callOf(kwargs, request), answer: answerOf(response), ...loginProblem(response) });
    }
    return token;
}

/**
 * A refused login is not tried again: after five, Vault locks the role for 15 minutes, also for the credential that the
 * Deployment uses now. https://developer.hashicorp.com/vault/docs/concepts/user-lockout
 */
function loginProblem(response: HttpResponse): Judgement {
    if (/CIDR restrictions/i.test(response.text)) {
        return {
            kind: "unreachable",
            cause: "secretIdBoundCidrs accepts logins from other addresses than this machine's",
            mayPass: "no",
        };
    }
    return {
        kind: "refused",
        cause:
            "The secret id or the role is not there any more, or address is another Vault than the one that Pulumi is " +
            "logged in to (VAULT_ADDR). After five refused logins, Vault refuses a role for 15 minutes",
        mayPass: "no",
    };
}

async function readSecret(kwargs: VaultReader, token: string, name: string, exists: boolean): Promise<void> {
    const request = { method: "GET", path: vaultReadPath(kwargs, name), token } as const;
    const response = await callAddress(kwargs, request);
    const problem = readProblem(response, exists);
    if (problem !== undefined) {
        throw new ProbeError({ call: callOf(kwargs, request), answer: answerOf(response), ...problem });
    }
}

function readProblem(response: HttpResponse, exists: boolean): Judgement | undefined {
    const isAbsent = response.status === 404;
    // For a path without a secret, the list of errors is empty.
    if (isAbsent && vaultErrors(jsonBody(response)) !== "") {
        return { kind: "absent", cause: "Vault has no secrets engine at this path", mayPass: "no" };
    }
    if (response.status === 200 || (isAbsent && !exists)) {
        return undefined;
    }
    return isAbsent
        ? { kind: "absent", cause: "Somebody deleted the test secret, or kvVersion is wrong", mayPass: "soon" }
        : { kind: "refused", cause: "Vault did not apply the role's policy", mayPass: "soon" };
}

function callOf(kwargs: VaultReader, { method, path }: { method: string; path: string }): string {
    return `${method} ${vaultUrl(kwargs, path)}`;
}

function answerOf(response: HttpResponse): string {
    return statusText({ status: response.status, text: vaultErrors(jsonBody(response)) || response.text });
}
