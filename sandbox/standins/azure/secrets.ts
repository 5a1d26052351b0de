import { randomBytes } from "node:crypto";
import { AzureError } from "./errors";
import type { Secret, SecretVersion, AzureStore, Vault } from "./state";

/** The fields of a secret that a client writes. */
export interface SecretContent {
    readonly value: string;
    readonly tags?: Readonly<Record<string, string>> | undefined;
    readonly contentType?: string | undefined;
}

/** The secrets in a vault, without permission checks: versions, soft delete, recovery, purge. */
export class Secrets {
    constructor(private readonly store: AzureStore) {}

    set({ secrets }: Vault, name: string, { value, tags = {}, contentType }: SecretContent): SecretVersion {
        if (!/^[0-9A-Za-z-]{1,127}$/.test(name)) {
            throw new AzureError(400, "BadParameter", `The request URI contains an invalid name: ${name}`);
        }
        const secret = secrets[name] ?? { versions: [] };
        if (secret.deleted !== undefined) {
            throw new AzureError(
                409,
                "Conflict",
                `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this ` +
                    "state, the secret can only be recovered or purged.",
                { inner: "ObjectIsDeletedButRecoverable" },
            );
        }
        const version = {
            version: randomBytes(16).toString("hex"),
            value,
            created: Math.floor(Date.now() / 1000),
            tags,
            ...(contentType === undefined ? {} : { contentType }),
        };
        secret.versions.push(version);
        secrets[name] = secret;
        this.store.save();
        return version;
    }

    /** Returns the given version; without one, the latest. */
    get(vault: Vault, name: string, version = ""): SecretVersion {
        const { versions, deleted } = vault.secrets[name] ?? { versions: [] };
        const found = version === "" ? versions.at(-1) : versions.find((each) => each.version === version);
        if (found === undefined || deleted !== undefined) {
            throw notFound(name);
        }
        return found;
    }

    list({ secrets }: Vault, isDeleted: boolean): string[] {
        return Object.keys(secrets).filter((name) => (secrets[name]?.deleted !== undefined) === isDeleted);
    }

    delete(vault: Vault, name: string): Secret {
        this.get(vault, name);
        const secret = vault.secrets[name] ?? { versions: [] };
        secret.deleted = Math.floor(Date.now() / 1000);
        this.store.save();
        return secret;
    }

    deleted({ secrets }: Vault, name: string): Secret & { deleted: number } {
        const { versions, deleted } = secrets[name] ?? { versions: [] };
        if (deleted === undefined) {
            throw notFound(name);
        }
        return { versions, deleted };
    }

    recover(vault: Vault, name: string): SecretVersion {
        this.deleted(vault, name);
        Reflect.deleteProperty(vault.secrets[name] ?? {}, "deleted");
        this.store.save();
        return this.get(vault, name);
    }

    purge(vault: Vault, name: string): void {
        this.deleted(vault, name);
        if (vault.purgeProtection) {
            throw new AzureError(
                403,
                "Forbidden",
                'Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service ' +
                    "will automatically purge it after the retention period has passed.",
                { inner: "ForbiddenByPolicy" },
            );
        }
        Reflect.deleteProperty(vault.secrets, name);
        this.store.save();
    }
}

function notFound(name: string): AzureError {
    return new AzureError(
        404,
        "SecretNotFound",
        `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret you may be ` +
            "able to recover it using the correct recovery command.",
    );
}
