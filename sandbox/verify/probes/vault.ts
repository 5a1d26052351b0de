import { z } from "zod";
import { testVariable } from "../../../airflow/testSecrets";
import { vaultBackendClass } from "../../../components/vault/airflow";
import {
    callVault,
    tokenIn,
    vaultErrors,
    vaultLogin,
    vaultReaderKwargs,
    vaultReadPath,
    type VaultRequest,
} from "../../../components/vault/client";
import { parseJson } from "../../../lib/json";
import { failed, passed, type Outcome } from "../report";
import { readKwargs } from "./kwargs";
import { forEveryRefusal, type Probe, type ProbeArgs } from "./probe";

/** A Deployment that looks up no variables in Vault cannot be verified with one. */
const variableReader = vaultReaderKwargs.and(z.object({ variables_path: z.string().default("variables") }));

type VaultReader = z.output<typeof variableReader>;

/** Vault's status for a token without the capability, whether the path exists or not. */
const forbidden = 403;

export const probeVault: Probe = async ({ deployment, neighbours, fetch }) => {
    const read = readKwargs(deployment, vaultBackendClass, variableReader);
    if ("problem" in read) return forEveryRefusal(failed(read.problem));
    const kwargs = read.kwargs;
    const vault = await login(kwargs, deployment.token, fetch);
    const control = await readsOwnVariable(vault, kwargs);
    if (control !== undefined) return forEveryRefusal(control);
    const neighbourPaths = neighbours
        .map((other) => readKwargs(other, vaultBackendClass, variableReader))
        // A neighbour with an invalid environment fails in its own row.
        .flatMap((other) => ("kwargs" in other ? other.kwargs : []))
        .filter((other) => isSameVault(kwargs, other) && !isWithin(kwargs, other))
        .map((other) => secretPath(other, testVariable.key));
    const siblingPath = secretPath({ ...kwargs, variables_path: `${kwargs.variables_path}-beside` }, testVariable.key);
    const newPath = secretPath(kwargs, "verify_write_probe");
    const existingPath = secretPath(kwargs, testVariable.key);
    const listPath = [kwargs.mount_point, kwargs.kv_engine_version === 2 ? "metadata" : "", kwargs.variables_path];
    return {
        "neighbour's scope refused": await allRefused(
            [...neighbourPaths, siblingPath].map((path) => ["GET", path]),
            vault,
        ),
        "list refused": await allRefused([["LIST", listPath.filter(Boolean).join("/")]], vault),
        // In Vault, updating an existing secret and creating a new one are two capabilities.
        "write refused": await allRefused(
            [
                ["POST", existingPath, valueBody(kwargs, testVariable.value)],
                ["POST", newPath, valueBody(kwargs, "written by verify, which should have been refused")],
            ],
            vault,
        ),
        "escalation refused": await allRefused(
            [
                ["POST", "sys/policies/acl/verify-probe", { policy: 'path "*" { capabilities = ["sudo"] }' }],
                ["POST", `auth/${kwargs.auth_mount_point}/role/verify-probe`, { token_policies: "default" }],
                ["POST", "auth/token/create", { policies: ["root"] }],
            ],
            vault,
        ),
    };
};

type Request = readonly [method: VaultRequest["method"], path: string, body?: object];

/** Calls Vault's API with the Deployment's token. Returns status and parsed body. */
type Vault = (...request: Request) => Promise<{ status: number; body: unknown }>;

async function login(kwargs: VaultReader, podToken: string | undefined, fetch: ProbeArgs["fetch"]): Promise<Vault> {
    const call = async (request: VaultRequest) => {
        const { status, text } = await callVault(kwargs, request, async (url, init) => {
            const response = await fetch(url, { ...init, headers: { ...init.headers } });
            return { status: response.status, headers: { get: () => null }, text: await response.text() };
        });
        return { status, body: parseJson(text) };
    };
    const request = vaultLogin(kwargs, podToken);
    const { status, body } = await call(request);
    const token = tokenIn(body);
    if (status !== 200 || token === undefined) {
        const isLocked = status === forbidden && podToken === undefined;
        const locked = isLocked ? "; Vault also answers this for 15 minutes after five wrong secret IDs" : "";
        throw new Error(`login at ${request.path} answered ${describe(status, body)}${locked}`);
    }
    return (method, path, body) => call({ method, path, token, ...(body === undefined ? {} : { body }) });
}

/**
 * The positive control: without it, a token without any permission would pass every check. Returns the failure;
 * undefined if the read succeeds.
 */
async function readsOwnVariable(vault: Vault, kwargs: VaultReader): Promise<Outcome | undefined> {
    const path = secretPath(kwargs, testVariable.key);
    const { status, body } = await vault("GET", path);
    if (status === 200) return undefined;
    return failed(
        `inconclusive: the credential cannot read its own test variable, ${path} (${describe(status, body)})`,
    );
}

async function allRefused(requests: readonly Request[], vault: Vault): Promise<Outcome> {
    const problems: string[] = [];
    for (const request of requests) {
        const { status, body } = await vault(...request);
        if (status === forbidden) continue;
        const call = `${request[0]} ${request[1]}`;
        // 404 means that the token may use the path, but nothing is stored there.
        const allowed = (status >= 200 && status < 300) || status === 404;
        problems.push(
            allowed
                ? `${call} was allowed (${status})`
                : `${call} answered ${describe(status, body)}, not ${forbidden}`,
        );
    }
    const calls = requests.map(([method, path]) => `${method} ${path}`).join(", ");
    return problems.length > 0 ? failed(problems.join("; ")) : passed(`${forbidden} for ${calls}`);
}

const secretPath = (kwargs: VaultReader, key: string): string =>
    vaultReadPath(kwargs, `${kwargs.variables_path}/${key}`);

function isSameVault(kwargs: VaultReader, other: VaultReader): boolean {
    return other.url === kwargs.url && other.namespace === kwargs.namespace;
}

/**
 * Returns whether the other Deployment's variables are inside this one's scope, so that they share secrets by
 * configuration.
 */
function isWithin(kwargs: VaultReader, other: VaultReader): boolean {
    return secretPath(other, "").startsWith(secretPath(kwargs, ""));
}

function valueBody({ kv_engine_version }: VaultReader, value: string): object {
    return kv_engine_version === 2 ? { data: { value } } : { value };
}

/** Formats a status with Vault's error text. */
function describe(status: number, body: unknown): string {
    const errors = vaultErrors(body);
    return errors === "" ? String(status) : `${status}, ${errors}`;
}
