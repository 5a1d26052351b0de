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

/** Logs in as Airflow does, and reads. */
export const probeVault = probeOf(vaultBackendClass, vaultReaderKwargs, prefixesIn, async (kwargs, _env, podToken) => {
    const token = await logIn(kwargs, podToken);
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

async function logIn(kwargs: VaultReader, podToken: string | undefined): Promise<string> {
    const request = vaultLogin(kwargs, podToken);
    const response = await callAddress(kwargs, request);
    const token = tokenIn(jsonBody(response));
    if (token === undefined) {
        throw new ProbeError({
            call: callOf(kwargs, request),
            answer: answerOf(response),
            ...loginProblem(kwargs, response),
        });
    }
    return token;
}

function loginProblem({ auth_type }: VaultReader, response: HttpResponse): Judgement {
    if (auth_type !== "approle") {
        return podLoginProblem(auth_type, response);
    }
    if (/CIDR restrictions/i.test(response.text)) {
        return {
            kind: "unreachable",
            cause: "boundCidrs accepts logins from other addresses than this machine's",
            mayPass: "no",
        };
    }
    // Not tried again: after five refusals, Vault locks the role for 15 minutes, also for the credential that the
    // Deployment uses now. https://developer.hashicorp.com/vault/docs/concepts/user-lockout
    return {
        kind: "refused",
        cause:
            "The secret id or the role is not there any more, or address is another Vault than the one that Pulumi is " +
            "logged in to (VAULT_ADDR). After five refused logins, Vault refuses a role for 15 minutes",
        mayPass: "no",
    };
}

/** Vault names the reason unless it is the token's signature, the cluster's answer or the caller's address. */
function podLoginProblem(type: "kubernetes" | "jwt", { status, text }: HttpResponse): Judgement {
    if (!text.includes("permission denied")) {
        return {
            kind: "refused",
            cause: "Somebody has changed the role or the auth method's configuration, or authMount is for another cluster",
            mayPass: "no",
        };
    }
    return type === "jwt" && status === 403
        ? {
              kind: "unreachable",
              cause: "boundCidrs accepts logins from other addresses than this machine's",
              mayPass: "no",
          }
        : {
              kind: "refused",
              cause:
                  "authMount is for another cluster than the one of the pods, Vault may not ask that cluster (its token for " +
                  "reviews has expired, or lacks the role system:auth-delegator), or boundCidrs accepts other addresses only",
              mayPass: "soon",
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
