import type { Properties, ResourceType } from "../../../provider/resourceType";
import { vault, vaultIfThere } from "./client";

/** Inputs by the names that Vault gives them, with what Vault holds where nothing was said. */
const fields: Readonly<Record<string, { readonly name: string; readonly unset: unknown }>> = {
    bindSecretId: { name: "bind_secret_id", unset: true },
    secretIdBoundCidrs: { name: "secret_id_bound_cidrs", unset: [] },
    secretIdNumUses: { name: "secret_id_num_uses", unset: 0 },
    secretIdTtl: { name: "secret_id_ttl", unset: 0 },
    tokenBoundCidrs: { name: "token_bound_cidrs", unset: [] },
    tokenExplicitMaxTtl: { name: "token_explicit_max_ttl", unset: 0 },
    tokenMaxTtl: { name: "token_max_ttl", unset: 0 },
    tokenNoDefaultPolicy: { name: "token_no_default_policy", unset: false },
    tokenNumUses: { name: "token_num_uses", unset: 0 },
    tokenPeriod: { name: "token_period", unset: 0 },
    tokenPolicies: { name: "token_policies", unset: [] },
    tokenTtl: { name: "token_ttl", unset: 0 },
    tokenType: { name: "token_type", unset: "default" },
};

const identity = ["backend", "roleName", "namespace"] as const;
const pathOf = ({ backend, roleName }: Properties): string => `auth/${String(backend)}/role/${String(roleName)}`;

/** `vault:appRole/authBackendRole:AuthBackendRole` */
export const authBackendRole: ResourceType = {
    inputs: [...identity, ...Object.keys(fields)],
    required: ["roleName"],
    replaceOn: [...identity],
    computed: ["roleId"],
    secrets: [],
    check: (inputs) => ({ backend: "approle", ...inputs }),
    async create(inputs) {
        await write(inputs);
        return { id: pathOf(inputs), outputs: { ...inputs, roleId: await roleId(inputs) } };
    },
    async read(id, inputs) {
        const found = await vaultIfThere({ method: "GET", path: id, namespace: inputs.namespace });
        if (found === undefined) {
            return undefined;
        }
        const live: Properties = Object.fromEntries(
            identity.flatMap((name) => (name in inputs ? [[name, inputs[name]]] : [])),
        );
        for (const [input, { name, unset }] of Object.entries(fields)) {
            const value = found[name] ?? unset;
            if (input in inputs || JSON.stringify(value) !== JSON.stringify(unset)) {
                live[input] = value;
            }
        }
        return { id, inputs: live, outputs: { ...live, roleId: await roleId(inputs) } };
    },
    async update(_id, inputs, outputs) {
        await write(inputs);
        return { ...inputs, roleId: outputs.roleId };
    },
    async delete(id, { namespace }) {
        await vault({ method: "DELETE", path: id, namespace });
    },
};

/** What was said before and is not said any more goes back to what Vault holds by default. */
async function write(inputs: Properties): Promise<void> {
    const settings = Object.entries(fields).map(([input, { name, unset }]) => [name, inputs[input] ?? unset]);
    const body = Object.fromEntries(settings) as object;
    await vault({ method: "POST", path: pathOf(inputs), namespace: inputs.namespace, body });
}

async function roleId(inputs: Properties): Promise<unknown> {
    const path = `${pathOf(inputs)}/role-id`;
    return (await vault({ method: "GET", path, namespace: inputs.namespace })).role_id;
}
