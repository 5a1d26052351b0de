import { sameJson } from "../json";
import type { Properties, ResourceType } from "../../../provider/resourceType";
import { vault, VaultError } from "./client";

const inputNames = ["backend", "roleName", "namespace", "metadata", "cidrLists", "tokenBoundCidrs", "ttl", "numUses"];

const pathOf = ({ backend, roleName }: Properties): string =>
    `auth/${String(backend)}/role/${String(roleName)}/secret-id`;

/** `vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId` */
export const authBackendRoleSecretId: ResourceType = {
    inputs: inputNames,
    required: ["roleName"],
    replaceOn: inputNames,
    computed: ["accessor", "secretId"],
    secrets: ["secretId"],
    check: (inputs) => ({ backend: "approle", ...inputs }),
    async create(inputs) {
        const { metadata, cidrLists, tokenBoundCidrs, ttl, numUses, namespace } = inputs;
        const body = { metadata, cidr_list: cidrLists, token_bound_cidrs: tokenBoundCidrs, ttl, num_uses: numUses };
        const made = await vault({ method: "POST", path: pathOf(inputs), namespace, body });
        const accessor = String(made.secret_id_accessor);
        return {
            id: `backend=${String(inputs.backend)}::role=${String(inputs.roleName)}::accessor=${accessor}`,
            outputs: { ...inputs, accessor, secretId: made.secret_id },
        };
    },
    async read(id, inputs, outputs) {
        // An engine that was killed may have noted the id, and not yet the outputs.
        const accessor = /::accessor=(.+)$/.exec(id)?.[1];
        const found = await lookup({ ...inputs, accessor });
        if (found === undefined) {
            return undefined;
        }
        const metadata = sameJson(inputs.metadata, found.metadata);
        const live = { ...inputs, ...(metadata === undefined ? {} : { metadata }) };
        // The secret id itself is told once, when it is made.
        return { id, inputs: live, outputs: { ...live, accessor, secretId: outputs.secretId } };
    },
    async delete(_id, outputs) {
        if ((await lookup(outputs)) !== undefined) {
            await byAccessor("destroy", outputs);
        }
    },
};

/** `undefined` where the secret id, or its role, is gone or has ended. */
async function lookup(outputs: Properties): Promise<Properties | undefined> {
    try {
        const found = await byAccessor("lookup", outputs);
        return Object.keys(found).length === 0 ? undefined : found;
    } catch (error) {
        if (error instanceof VaultError && (error.status === 404 || error.reasons.some((text) => GONE.test(text)))) {
            return undefined;
        }
        throw error;
    }
}

/** Vault's words for it differ from version to version, and so does the status. */
const GONE = /failed to find accessor entry|role .* does not exist|no handler for route|unsupported path/;

function byAccessor(action: "lookup" | "destroy", outputs: Properties): Promise<Properties> {
    const path = `${pathOf(outputs)}-accessor/${action}`;
    const body = { secret_id_accessor: outputs.accessor };
    return vault({ method: "POST", path, namespace: outputs.namespace, body });
}
