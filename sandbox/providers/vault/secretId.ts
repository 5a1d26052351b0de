import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { goJson } from "../bridge/values";
import { withErrorPrefix } from "../withErrorPrefix";
import { vault, VaultError } from "./client";

const pathOf = ({ backend = "approle", roleName }: Properties): string =>
    `auth/${String(backend)}/role/${String(roleName)}/secret-id`;

/** `vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId` */
export const authBackendRoleSecretId: BridgedType = {
    properties: {
        accessor: { computed: true },
        backend: { input: "optional", replaces: true },
        cidrLists: { input: "optional", replaces: true, form: "set" },
        metadata: { input: "optional", replaces: true, form: "json" },
        namespace: { input: "optional", replaces: true },
        numUses: { input: "optional", replaces: true },
        roleName: { input: "required", replaces: true },
        secretId: { input: "optional", computed: true, replaces: true, secret: true },
        tokenBoundCidrs: { input: "optional", replaces: true, form: "set" },
        ttl: { input: "optional", replaces: true },
        withWrappedAccessor: { input: "optional", replaces: true },
        wrappingAccessor: { computed: true },
        wrappingToken: { computed: true, secret: true },
        wrappingTtl: { input: "optional", replaces: true },
    },
    async create(inputs) {
        const { metadata, cidrLists, tokenBoundCidrs, ttl, numUses, namespace } = inputs;
        const body = { metadata, cidr_list: cidrLists, token_bound_cidrs: tokenBoundCidrs, ttl, num_uses: numUses };
        const path = pathOf(inputs);
        const errorPrefix = `error writing AppRole auth backend role SecretID ${JSON.stringify(path)}, err=`;
        const created = await withErrorPrefix(errorPrefix, vault({ method: "PUT", path, namespace, body }));
        const accessor = String(created.secret_id_accessor);
        const { backend = "approle" } = inputs;
        const id = `backend=${String(backend)}::role=${String(inputs.roleName)}::accessor=${accessor}`;
        const outputs = { ...inputs, accessor, secretId: created.secret_id };
        return { id, outputs: { ...outputs, ...(await lookup(id, inputs.namespace)) } };
    },
    /** Vault returns the secret id itself only once, on creation. */
    async read(id, { namespace, secretId }) {
        const found = await lookup(id, namespace);
        return found === undefined ? undefined : { namespace, secretId, ...found };
    },
    /** Throws the same error if the secret id is deleted or has expired as if it may not be destroyed. */
    async delete(id, { namespace }) {
        try {
            await byAccessor("destroy", id, namespace);
        } catch (error) {
            if (error instanceof VaultError) {
                throw new Error(`error deleting AppRole auth backend role SecretID ${JSON.stringify(id)}`, {
                    cause: error,
                });
            }
            throw error;
        }
    },
};

/**
 * Looks up a secret id. Returns `undefined` if it has expired, or if it, its role or its mount is deleted.
 */
async function lookup(id: string, namespace: unknown): Promise<Properties | undefined> {
    try {
        const { metadata, cidr_list, token_bound_cidrs, secret_id_ttl, secret_id_num_uses, ...others } =
            await byAccessor("lookup", id, namespace);
        return Object.keys(others).length === 0
            ? undefined
            : {
                  ...parseId(id),
                  metadata: goJson(metadata),
                  cidrLists: cidr_list ?? [],
                  tokenBoundCidrs: token_bound_cidrs ?? [],
                  ttl: secret_id_ttl,
                  numUses: secret_id_num_uses,
              };
    } catch (error) {
        if (error instanceof VaultError && (error.status === 404 || NOT_FOUND.test(error.message))) {
            return undefined;
        }
        throw new Error(
            `error reading AppRole auth backend role SecretID ${JSON.stringify(id)}, err=${(error as Error).message}`,
            { cause: error },
        );
    }
}

/** Vault's message for a missing secret id; it and the status differ between versions of Vault. */
const NOT_FOUND = /failed to find accessor entry|role .* does not exist|no handler for route|unsupported path/;

function byAccessor(action: "lookup" | "destroy", id: string, namespace: unknown): Promise<Properties> {
    const { accessor, ...role } = parseId(id);
    const path = `${pathOf(role)}-accessor/${action}`;
    return vault({ method: "PUT", path, namespace, body: { secret_id_accessor: accessor } });
}

/** Parses the resource id. A killed engine may have stored the id without the outputs. */
function parseId(id: string): { backend: string; roleName: string; accessor: string } {
    const [, backend, roleName, accessor] = /^backend=(.+)::role=(.+)::accessor=(.+)$/.exec(id) ?? [];
    if (backend === undefined || roleName === undefined || accessor === undefined) {
        throw new Error(`invalid ID ${JSON.stringify(id)} for AppRole auth backend role SecretID`);
    }
    return { backend, roleName, accessor };
}
