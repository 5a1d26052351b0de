import type { FunctionType, Properties } from "../../../provider/resourceType";
import type { BridgedType, Property } from "../bridge/schema";
import { doing } from "../doing";
import { vault, vaultIfThere } from "./client";

interface Setting {
    readonly name: string;
    readonly nothing: unknown;
    readonly property?: Property;
}

/** Settings by the names that Vault gives them, with what Vault holds where nothing was said. */
const settings: Readonly<Record<string, Setting>> = {
    aliasMetadata: { name: "alias_metadata", nothing: {}, property: { form: "map" } },
    bindSecretId: { name: "bind_secret_id", nothing: true, property: { default: true } },
    localSecretIds: { name: "local_secret_ids", nothing: false, property: { unset: false } },
    secretIdBoundCidrs: { name: "secret_id_bound_cidrs", nothing: [], property: { form: "set" } },
    secretIdNumUses: { name: "secret_id_num_uses", nothing: 0 },
    secretIdTtl: { name: "secret_id_ttl", nothing: 0 },
    tokenBoundCidrs: { name: "token_bound_cidrs", nothing: [], property: { form: "set" } },
    tokenExplicitMaxTtl: { name: "token_explicit_max_ttl", nothing: 0 },
    tokenMaxTtl: { name: "token_max_ttl", nothing: 0 },
    tokenNoDefaultPolicy: { name: "token_no_default_policy", nothing: false },
    tokenNumUses: { name: "token_num_uses", nothing: 0 },
    tokenPeriod: { name: "token_period", nothing: 0 },
    tokenPolicies: { name: "token_policies", nothing: [], property: { form: "set" } },
    tokenTtl: { name: "token_ttl", nothing: 0 },
    tokenType: { name: "token_type", nothing: "default" },
};

const pathOf = ({ backend = "approle", roleName }: Properties): string =>
    `auth/${String(backend)}/role/${String(roleName)}`;

/** `vault:appRole/authBackendRole:AuthBackendRole` */
export const authBackendRole: BridgedType = {
    properties: {
        backend: { input: "optional", replaces: true },
        namespace: { input: "optional", replaces: true },
        roleId: { input: "optional", computed: true },
        roleName: { input: "required", replaces: true },
        ...Object.fromEntries(
            Object.entries(settings).map(([input, { property }]) => [
                input,
                { input: "optional" as const, ...property },
            ]),
        ),
    },
    /** Says nothing of what the program does not say: a role that is there keeps it, if Vault lets it be written at all. */
    async create(inputs) {
        const said = Object.entries(settings).filter(([input]) => input in inputs);
        const body = Object.fromEntries(said.map(([input, { name }]) => [name, inputs[input]])) as object;
        await write(inputs, { local_secret_ids: false, ...body });
        const path = pathOf(inputs);
        return { id: path, outputs: { ...inputs, ...(await look(path, inputs)) } };
    },
    async read(id, held) {
        const found = await look(id, held);
        const [, backend, , roleName] = id.split("/");
        return found === undefined ? undefined : { backend, roleName, namespace: held.namespace, ...found };
    },
    /** What was said before and is not said any more goes back to what Vault holds by default. */
    async update(id, inputs) {
        const body = Object.entries(settings)
            .filter(([input]) => input !== "localSecretIds" && input !== "aliasMetadata")
            .map(([input, { name, nothing }]) => [name, inputs[input] ?? nothing]);
        await write(inputs, Object.fromEntries(body) as object);
        return { ...inputs, ...(await look(id, inputs)) };
    },
    async delete(id, { namespace }) {
        const what = `error deleting AppRole auth backend role ${JSON.stringify(id)}, err=`;
        await doing(what, vaultIfThere({ method: "DELETE", path: id, namespace }));
    },
};

async function write(inputs: Properties, body: object): Promise<void> {
    const path = pathOf(inputs);
    const what = `error writing AppRole auth backend role ${JSON.stringify(path)}: `;
    await doing(what, vault({ method: "PUT", path, namespace: inputs.namespace, body }));
}

async function look(path: string, { namespace }: Properties): Promise<Properties | undefined> {
    const what = `error reading AppRole auth backend role ${JSON.stringify(path)}, err=`;
    const found = await doing(what, vaultIfThere({ method: "GET", path, namespace }));
    if (found === undefined) {
        return undefined;
    }
    const { role_id: roleId } = await doing(what, vault({ method: "GET", path: `${path}/role-id`, namespace }));
    const live = Object.entries(settings).map(([input, { name, nothing }]) => [input, found[name] ?? nothing]);
    return { roleId, ...(Object.fromEntries(live) as Properties) };
}

/** `vault:appRole/getAuthBackendRoleId:getAuthBackendRoleId`. Says nothing of an AppRole that is not there. */
export const getAuthBackendRoleId: FunctionType = {
    inputs: ["backend", "namespace", "roleName"],
    async call({ backend = "approle", namespace, roleName }) {
        const path = `${pathOf({ backend, roleName })}/role-id`;
        const what = `error reading AppRole auth backend role ${JSON.stringify(pathOf({ backend, roleName }))} RoleID: `;
        const found = await doing(what, vaultIfThere({ method: "GET", path, namespace }));
        return found === undefined ? {} : { id: path, backend, namespace, roleName, roleId: found.role_id };
    },
};
