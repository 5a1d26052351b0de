import { HangUp, ok, type Call, type Reply } from "../jsonServer";
import { audiences, LOGIN_HOST, type Entra, type TokenProblem } from "./entra";
import { AzureError, notImplemented } from "./errors";
import type { SecretContent, Secrets } from "./secrets";
import type { Secret, SecretVersion, AzureStore, Vault } from "./state";
import { authorizeInVault, type Operation } from "./vaultAccess";
import { RETENTION_DAYS } from "./vaults";

export const VAULT_DOMAIN = "vault.azure.net";

/** Key Vault's data plane API for secrets, `https://<vault>.vault.azure.net`. */
export class KeyVault {
    constructor(
        private readonly store: AzureStore,
        private readonly secrets: Secrets,
        private readonly entra: Entra,
    ) {}

    async answer(call: Call): Promise<Reply> {
        const { method, host, path, query, headers, body } = call;
        const vault = this.store.state.vaults[host.slice(0, -VAULT_DOMAIN.length - 1)];
        if (vault === undefined || vault.deleted !== undefined || vault.pending > 0) {
            throw new HangUp(`there is no Key Vault ${host}`);
        }
        const caller = await this.entra.caller(headers.authorization, audiences.vault, (problem) =>
            this.unauthorized(problem),
        );
        if (query.get("api-version") === null) {
            throw new AzureError(400, "BadParameter", "api-version must be specified");
        }
        const [, kind = "", name = "", rest = ""] =
            /^\/(secrets|deletedsecrets|keys|certificates)(?:\/([^/]+)(?:\/([^/]+))?)?\/?$/.exec(path) ?? [];
        const authorize = (operation: Operation): void => {
            const objectKind = kind === "keys" || kind === "certificates" ? kind : "secrets";
            authorizeInVault(this.store, caller, vault, { kind: objectKind, operation, name });
        };
        const { secrets } = this;
        switch (`${method} ${kind}${name === "" ? "" : "/"}${kind === "deletedsecrets" ? rest : ""}`) {
            case "GET secrets":
            case "GET deletedsecrets": {
                authorize("list");
                const value = secrets.list(vault, kind === "deletedsecrets").map((each) => ({
                    id: `${urlOf(vault)}/secrets/${each}`,
                    attributes: { enabled: true },
                }));
                return ok({ value, nextLink: null });
            }
            case "GET secrets/":
                authorize("get");
                return ok(show(vault, name, secrets.get(vault, name, rest), true));
            case "PUT secrets/":
                authorize("set");
                return ok(show(vault, name, secrets.set(vault, name, JSON.parse(body) as SecretContent), true));
            case "DELETE secrets/":
                authorize("delete");
                return ok(showDeleted(vault, name, secrets.delete(vault, name)));
            case "GET deletedsecrets/":
                authorize("get");
                return ok(showDeleted(vault, name, secrets.deleted(vault, name)));
            case "POST deletedsecrets/recover":
                authorize("recover");
                return ok(show(vault, name, secrets.recover(vault, name), false));
            case "DELETE deletedsecrets/":
                authorize("purge");
                secrets.purge(vault, name);
                return { status: 204 };
            case "GET keys":
            case "GET keys/":
            case "GET certificates":
            case "GET certificates/":
                authorize(name === "" ? "list" : "get");
                throw notImplemented(`${kind} in Key Vault`);
            default:
                throw notImplemented(`${method} https://<vault>.${VAULT_DOMAIN}${path}`);
        }
    }

    private unauthorized(problem: TokenProblem): AzureError {
        const messages = {
            missing: "AKV10000: Request is missing a Bearer or PoP token.",
            invalid: "AKV10001: Token validation failed: the signature or issuer is not valid.",
            expired: "[TokenExpired] Error validating token: the token has expired.",
            audience: `AKV10022: Invalid audience. Expected ${audiences.vault}.`,
        };
        const challenge = `Bearer authorization="https://${LOGIN_HOST}/${this.store.state.tenantId}", resource="${audiences.vault}"`;
        return new AzureError(401, "Unauthorized", messages[problem], { headers: { "www-authenticate": challenge } });
    }
}

function urlOf({ name }: Vault): string {
    return `https://${name.toLowerCase()}.${VAULT_DOMAIN}`;
}

function show(
    vault: Vault,
    name: string,
    { value, version, created, tags, contentType }: SecretVersion,
    withValue: boolean,
) {
    return {
        ...(withValue ? { value } : {}),
        ...(contentType === undefined ? {} : { contentType }),
        id: `${urlOf(vault)}/secrets/${name}/${version}`,
        attributes: {
            enabled: true,
            created,
            updated: created,
            recoveryLevel: vault.purgeProtection ? "Recoverable" : "Recoverable+Purgeable",
            recoverableDays: RETENTION_DAYS,
        },
        tags,
    };
}

function showDeleted(vault: Vault, name: string, { versions, deleted = 0 }: Secret): object {
    const latest = versions.at(-1);
    return {
        ...(latest === undefined ? {} : show(vault, name, latest, false)),
        recoveryId: `${urlOf(vault)}/deletedsecrets/${name}`,
        deletedDate: deleted,
        scheduledPurgeDate: deleted + RETENTION_DAYS * 86_400,
    };
}
