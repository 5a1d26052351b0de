import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { jsonText } from "../bridge/values";
import { doing } from "../doing";
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
        const what = `error writing AppRole auth backend role SecretID ${JSON.stringify(path)}, err=`;
        const made = await doing(what, vault({ method: "PUT", path, namespace, body }));
        const accessor = String(made.secret_id_accessor);
        const { backend = "approle" } = inputs;
        const id = `backend=${String(backend)}::role=${String(inputs.roleName)}::accessor=${accessor}`;
        const outputs = { ...inputs, accessor, secretId: made.secret_id };
        return { id, outputs: { ...outputs, ...(await lookup(id, inputs.namespace)) } };
    },
    /** The secret id itself is told once, when it is made. */
    async read(id, { namespace, secretId }) {
        const found = await lookup(id, namespace);
        return found === undefined ? undefined : { namespace, secretId, ...found };
    },
    /** Does not tell one that is gone, or has ended, from one that may not be destroyed. */
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

/** What Vault knows of a secret id: nothing where it, its role or its mount is gone, or where it has ended. */
async function lookup(id: string, namespace: unknown): Promise<Properties | undefined> {
    try {
        const { metadata, cidr_list, token_bound_cidrs, secret_id_ttl, secret_id_num_uses, ...others } =
            await byAccessor("lookup", id, namespace);
        return Object.keys(others).length === 0
            ? undefined
            : {
                  ...partsOf(id),
                  metadata: jsonText(metadata),
                  cidrLists: cidr_list ?? [],
                  tokenBoundCidrs: token_bound_cidrs ?? [],
                  ttl: secret_id_ttl,
                  numUses: secret_id_num_uses,
              };
    } catch (error) {
        if (error instanceof VaultError && (error.status === 404 || GONE.test(error.message))) {
            return undefined;
        }
        throw new Error(
            `error reading AppRole auth backend role SecretID ${JSON.stringify(id)}, err=${(error as Error).message}`,
            { cause: error },
        );
    }
}

/** Vault's words for it differ from version to version, and so does the status. */
const GONE = /failed to find accessor entry|role .* does not exist|no handler for route|unsupported path/;

function byAccessor(action: "lookup" | "destroy", id: string, namespace: unknown): Promise<Properties> {
    const { accessor, ...role } = partsOf(id);
    const path = `${pathOf(role)}-accessor/${action}`;
    return vault({ method: "PUT", path, namespace, body: { secret_id_accessor: accessor } });
}

/** An engine that was killed may have noted the id, and not yet the outputs. */
function partsOf(id: string): { backend: string; roleName: string; accessor: string } {
    const [, backend, roleName, accessor] = /^backend=(.+)::role=(.+)::accessor=(.+)$/.exec(id) ?? [];
    if (backend === undefined || roleName === undefined || accessor === undefined) {
        throw new Error(`invalid ID ${JSON.stringify(id)} for AppRole auth backend role SecretID`);
    }
    return { backend, roleName, accessor };
}
