import { z } from "zod";
import { testVariable } from "../../../airflow/testSecrets";
import { vaultBackendClass } from "../../../components/vault/airflow";
import { parseJson } from "../../../lib/json";
import { failed, passed, type Outcome } from "../report";
import { readKwargs } from "./kwargs";
import { forEveryRefusal, type Probe, type ProbeArgs } from "./probe";

/** The keyword arguments that Airflow's Vault backend reads, with the backend's own defaults. */
const kwargsSchema = z.object({
    url: z.url(),
    namespace: z.string().optional(),
    auth_type: z.literal("approle"),
    auth_mount_point: z.string().default("approle"),
    role_id: z.string(),
    secret_id: z.string(),
    mount_point: z.string().default("secret"),
    kv_engine_version: z.union([z.literal(1), z.literal(2)]).default(2),
    variables_path: z.string().default("variables"),
});

type Kwargs = z.infer<typeof kwargsSchema>;

/** Vault's status for a token without the capability, whether the path exists or not. */
const forbidden = 403;

export const probeVault: Probe = async ({ deployment, neighbours, fetch }) => {
    const read = readKwargs(deployment, vaultBackendClass, kwargsSchema);
    if ("problem" in read) return forEveryRefusal(failed(read.problem));
    const kwargs = read.kwargs;
    const vault = await login(kwargs, fetch);
    const control = await readsOwnVariable(vault, kwargs);
    if (control !== undefined) return forEveryRefusal(control);
    const neighbourPaths = neighbours
        .map((other) => readKwargs(other, vaultBackendClass, kwargsSchema))
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

type Request = readonly [method: string, path: string, body?: unknown];

/** Calls Vault's API with the Deployment's token. Returns status and parsed body. */
type Vault = (...request: Request) => Promise<{ status: number; body: unknown }>;

async function login(kwargs: Kwargs, fetch: ProbeArgs["fetch"]): Promise<Vault> {
    const call = async (token: string | undefined, ...[method, path, body]: Request) => {
        const response = await fetch(`${kwargs.url.replace(/\/+$/, "")}/v1/${path}`, {
            method,
            headers: {
                ...(token === undefined ? {} : { "X-Vault-Token": token }),
                ...(kwargs.namespace === undefined ? {} : { "X-Vault-Namespace": kwargs.namespace }),
            },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        return { status: response.status, body: parseJson(text) };
    };
    const path = `auth/${kwargs.auth_mount_point}/login`;
    const { status, body } = await call(undefined, "POST", path, {
        role_id: kwargs.role_id,
        secret_id: kwargs.secret_id,
    });
    const answer = z.object({ auth: z.object({ client_token: z.string() }) }).safeParse(body);
    if (status !== 200 || !answer.success) {
        const locked =
            status === forbidden ? "; Vault also answers this for 15 minutes after five wrong secret IDs" : "";
        throw new Error(`login at ${path} answered ${describe(status, body)}${locked}`);
    }
    const token = answer.data.auth.client_token;
    return (...request) => call(token, ...request);
}

/**
 * The positive control: without it, a token without any permission would pass every check. Returns the failure;
 * undefined if the read succeeds.
 */
async function readsOwnVariable(vault: Vault, kwargs: Kwargs): Promise<Outcome | undefined> {
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

/** Returns the API path of an Airflow variable. */
function secretPath(kwargs: Kwargs, key: string): string {
    const data = kwargs.kv_engine_version === 2 ? "data/" : "";
    return `${kwargs.mount_point}/${data}${kwargs.variables_path}/${key}`;
}

function isSameVault(kwargs: Kwargs, other: Kwargs): boolean {
    return other.url === kwargs.url && other.namespace === kwargs.namespace;
}

/**
 * Returns whether the other Deployment's variables are inside this one's scope, so that they share secrets by
 * configuration.
 */
function isWithin(kwargs: Kwargs, other: Kwargs): boolean {
    return secretPath(other, "").startsWith(secretPath(kwargs, ""));
}

function valueBody({ kv_engine_version }: Kwargs, value: string): unknown {
    return kv_engine_version === 2 ? { data: { value } } : { value };
}

/**
 * Formats a status with Vault's error text, from `{"errors": ["1 error occurred:\\n\\t* permission denied\\n\\n"]}`.
 */
function describe(status: number, body: unknown): string {
    const errors = z.object({ errors: z.array(z.string()) }).safeParse(body);
    if (!errors.success || errors.data.errors.length === 0) return String(status);
    const text = errors.data.errors
        .join("; ")
        .replace("1 error occurred:", "")
        .replaceAll(/[\s*]+/g, " ");
    return `${status}, ${text.trim()}`;
}
