import { z } from "zod";
import { testVariable } from "../../../airflow/testSecrets";
import { vaultBackendClass } from "../../../components/vault/airflow";
import { parsedJson } from "../../../lib/json";
import { failed, passed, type Outcome } from "../report";
import { readKwargs } from "./kwargs";
import { forEveryRefusal, type Probe, type ProbeArgs } from "./probe";

/** What Airflow's Vault backend would read of its keyword arguments, with the backend's own defaults. */
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

/** What Vault says to a token without the capability, at any path, whether something lies there or not. */
const refusal = 403;

export const probeVault: Probe = async ({ deployment, neighbours, fetch }) => {
    const read = readKwargs(deployment, vaultBackendClass, kwargsSchema);
    if ("problem" in read) return forEveryRefusal(failed(read.problem));
    const own = read.kwargs;
    const vault = await login(own, fetch);
    const control = await readsOwnVariable(vault, own);
    if (control !== undefined) return forEveryRefusal(control);
    const foreign = neighbours
        .map((other) => readKwargs(other, vaultBackendClass, kwargsSchema))
        // A neighbour whose own environment is no good says so in its own row.
        .flatMap((other) => ("kwargs" in other ? other.kwargs : []))
        .filter((other) => isSameVault(own, other) && !isWithin(own, other))
        .map((other) => secretPath(other, testVariable.key));
    const beside = secretPath({ ...own, variables_path: `${own.variables_path}-beside` }, testVariable.key);
    const fresh = secretPath(own, "verify_write_probe");
    const existing = secretPath(own, testVariable.key);
    const listed = [own.mount_point, own.kv_engine_version === 2 ? "metadata" : "", own.variables_path];
    return {
        "neighbour's scope refused": await allRefused(
            [...foreign, beside].map((path) => ["GET", path]),
            vault,
        ),
        "list refused": await allRefused([["LIST", listed.filter(Boolean).join("/")]], vault),
        // To Vault, writing what is there and writing what is not are two capabilities.
        "write refused": await allRefused(
            [
                ["POST", existing, valueBody(own, testVariable.value)],
                ["POST", fresh, valueBody(own, "written by verify, which should have been refused")],
            ],
            vault,
        ),
        "escalation refused": await allRefused(
            [
                ["POST", "sys/policies/acl/verify-probe", { policy: 'path "*" { capabilities = ["sudo"] }' }],
                ["POST", `auth/${own.auth_mount_point}/role/verify-probe`, { token_policies: "default" }],
                ["POST", "auth/token/create", { policies: ["root"] }],
            ],
            vault,
        ),
    };
};

type Request = readonly [method: string, path: string, body?: unknown];

/** Calls Vault's API with the Deployment's token. */
type Vault = (...request: Request) => Promise<{ status: number; body: unknown }>;

async function login(own: Kwargs, fetch: ProbeArgs["fetch"]): Promise<Vault> {
    const call = async (token: string | undefined, ...[method, path, body]: Request) => {
        const response = await fetch(`${own.url.replace(/\/+$/, "")}/v1/${path}`, {
            method,
            headers: {
                ...(token === undefined ? {} : { "X-Vault-Token": token }),
                ...(own.namespace === undefined ? {} : { "X-Vault-Namespace": own.namespace }),
            },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        return { status: response.status, body: parsedJson(text) };
    };
    const path = `auth/${own.auth_mount_point}/login`;
    const { status, body } = await call(undefined, "POST", path, { role_id: own.role_id, secret_id: own.secret_id });
    const answer = z.object({ auth: z.object({ client_token: z.string() }) }).safeParse(body);
    if (status !== 200 || !answer.success) {
        const locked =
            status === refusal ? ", which is also its answer for 15 minutes after five wrong secret ids" : "";
        throw new Error(`login at ${path} answered ${describe(status, body)}${locked}`);
    }
    const token = answer.data.auth.client_token;
    return (...request) => call(token, ...request);
}

/** The positive control: without it, a token that can do nothing at all would pass every probe. */
async function readsOwnVariable(vault: Vault, own: Kwargs): Promise<Outcome | undefined> {
    const path = secretPath(own, testVariable.key);
    const { status, body } = await vault("GET", path);
    if (status === 200) return undefined;
    return failed(`nothing is proved: the credential cannot even read its own ${path} (${describe(status, body)})`);
}

async function allRefused(requests: readonly Request[], vault: Vault): Promise<Outcome> {
    const problems: string[] = [];
    for (const request of requests) {
        const { status, body } = await vault(...request);
        if (status === refusal) continue;
        const what = `${request[0]} ${request[1]}`;
        // 404 comes from a path that the token may use, and that holds nothing.
        const allowed = (status >= 200 && status < 300) || status === 404;
        problems.push(
            allowed ? `${what} was allowed (${status})` : `${what} answered ${describe(status, body)}, not ${refusal}`,
        );
    }
    const tried = requests.map(([method, path]) => `${method} ${path}`).join(", ");
    return problems.length > 0 ? failed(problems.join("; ")) : passed(`${refusal} for ${tried}`);
}

/** The API path of one of the variables. */
function secretPath(kwargs: Kwargs, key: string): string {
    const data = kwargs.kv_engine_version === 2 ? "data/" : "";
    return `${kwargs.mount_point}/${data}${kwargs.variables_path}/${key}`;
}

function isSameVault(own: Kwargs, other: Kwargs): boolean {
    return other.url === own.url && other.namespace === own.namespace;
}

/** Whether the other's variables lie inside one's own: two Deployments that were told to share their secrets. */
function isWithin(own: Kwargs, other: Kwargs): boolean {
    return secretPath(other, "").startsWith(secretPath(own, ""));
}

function valueBody({ kv_engine_version }: Kwargs, value: string): unknown {
    return kv_engine_version === 2 ? { data: { value } } : { value };
}

/** A status with what Vault says about it: `{"errors": ["1 error occurred:\\n\\t* permission denied\\n\\n"]}`. */
function describe(status: number, body: unknown): string {
    const errors = z.object({ errors: z.array(z.string()) }).safeParse(body);
    if (!errors.success || errors.data.errors.length === 0) return String(status);
    const text = errors.data.errors
        .join("; ")
        .replace("1 error occurred:", "")
        .replaceAll(/[\s*]+/g, " ");
    return `${status}, ${text.trim()}`;
}
