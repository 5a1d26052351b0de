import { z } from "zod";
import type { HttpResponse, Send } from "../../lib/http";

/** The keyword arguments that a read needs, with the defaults of Airflow's backend. */
const readerKwargs = z.object({
    url: z.url(),
    namespace: z.string().optional(),
    mount_point: z.string().default("secret"),
    kv_engine_version: z.union([z.literal(1), z.literal(2)]).default(2),
    variables_path: z.string().nullable().default("variables"),
    connections_path: z.string().nullable().default("connections"),
});

/** The keyword arguments of the logins that this project sets. */
const loginKwargs = z.discriminatedUnion("auth_type", [
    z.object({
        auth_type: z.literal("approle"),
        auth_mount_point: z.string().default("approle"),
        role_id: z.string(),
        secret_id: z.string(),
    }),
    z.object({
        auth_type: z.literal("kubernetes"),
        auth_mount_point: z.string().default("kubernetes"),
        kubernetes_role: z.string(),
    }),
    z.object({
        auth_type: z.literal("jwt"),
        auth_mount_point: z.string().default("jwt"),
        jwt_role: z.string(),
    }),
]);

/** The keyword arguments of Airflow's Vault backend that a login and a read need. */
export const vaultReaderKwargs = z.intersection(readerKwargs, loginKwargs);

export type VaultReader = z.output<typeof vaultReaderKwargs>;

type Method = Parameters<Send>[1]["method"];

/** A call of Vault's API. `path` is without the leading `/v1/`. */
export interface VaultRequest {
    readonly method: Method;
    readonly path: string;
    readonly body?: object;
    /** Left out for the login. */
    readonly token?: string;
}

/** A Vault server, and the namespace in it: Vault Enterprise only; default: the root namespace. */
export interface VaultServer {
    readonly url: string;
    readonly namespace?: string | undefined;
}

/** Sends a request to a Vault. */
export async function callVault(
    server: VaultServer,
    { method, path, body, token }: VaultRequest,
    send: (url: string, request: Omit<Parameters<Send>[1], "timeoutMs">) => Promise<HttpResponse>,
): Promise<HttpResponse> {
    return send(vaultUrl(server, path), {
        method,
        headers: {
            ...(token === undefined ? {} : { "X-Vault-Token": token }),
            ...(server.namespace === undefined ? {} : { "X-Vault-Namespace": server.namespace }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
}

export const vaultUrl = ({ url }: VaultServer, path: string): string => `${url.replace(/\/+$/, "")}/v1/${path}`;

/**
 * Returns the request that logs in as Airflow does.
 *
 * @param token in the token file of the pods; `undefined` for an AppRole
 */
export function vaultLogin(kwargs: VaultReader, token: string | undefined): VaultRequest {
    return { method: "POST", path: `auth/${kwargs.auth_mount_point}/login`, body: loginBody(kwargs, token) };
}

function loginBody(kwargs: VaultReader, token: string | undefined): object {
    if (kwargs.auth_type === "approle") {
        return { role_id: kwargs.role_id, secret_id: kwargs.secret_id };
    }
    if (token === undefined) {
        throw new Error(`a login with auth_type ${kwargs.auth_type} needs a token of the pods`);
    }
    return { role: kwargs.auth_type === "kubernetes" ? kwargs.kubernetes_role : kwargs.jwt_role, jwt: token };
}

const loginAnswer = z.object({ auth: z.object({ client_token: z.string() }) });

/** Returns the token in the answer of a login; `undefined` if the login was refused. */
export function tokenIn(answer: unknown): string | undefined {
    return loginAnswer.safeParse(answer).data?.auth.client_token;
}

/** Returns the API path at which Airflow reads a secret below the mount, e.g. `secret/data/variables/x`. */
export function vaultReadPath(kwargs: VaultReader, name: string): string {
    const data = kwargs.kv_engine_version === 2 ? "data/" : "";
    return `${kwargs.mount_point}/${data}${name}`;
}

/** Returns the texts of an error answer, `{"errors": ["1 error occurred:\n\t* permission denied\n\n"]}`, in one line. */
export function vaultErrors(answer: unknown): string {
    const errors = z.object({ errors: z.array(z.string()) }).safeParse(answer).data?.errors ?? [];
    return errors
        .join("; ")
        .replace("1 error occurred:", "")
        .replaceAll(/[\s*]+/g, " ")
        .trim();
}
