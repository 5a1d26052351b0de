import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { withErrorPrefix } from "../withErrorPrefix";
import { vault, vaultIfFound } from "./client";
import { inputsOf, liveValues, tokenSettings, type Settings } from "./settings";

const settings: Settings = {
    ...tokenSettings,
    bindSecretId: { name: "bind_secret_id", defaultValue: true, property: { default: true } },
    localSecretIds: { name: "local_secret_ids", defaultValue: false, property: { unset: false } },
    secretIdBoundCidrs: { name: "secret_id_bound_cidrs", defaultValue: [], property: { form: "set" } },
    secretIdNumUses: { name: "secret_id_num_uses", defaultValue: 0 },
    secretIdTtl: { name: "secret_id_ttl", defaultValue: 0 },
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
        ...inputsOf(settings),
    },
    /**
     * Sends only the settings that the program sets, and `local_secret_ids`. An existing role keeps its other settings,
     * if Vault accepts the write at all.
     */
    async create(inputs) {
        const provided = Object.entries(settings).filter(([input]) => input in inputs);
        const body = Object.fromEntries(provided.map(([input, { name }]) => [name, inputs[input]])) as object;
        await write(inputs, { local_secret_ids: false, ...body });
        const path = pathOf(inputs);
        return { id: path, outputs: { ...inputs, ...(await readRole(path, inputs)) } };
    },
    async read(id, state) {
        const found = await readRole(id, state);
        const [, backend, , roleName] = id.split("/");
        return found === undefined ? undefined : { backend, roleName, namespace: state.namespace, ...found };
    },
    /** Resets settings that the program no longer sets to Vault's defaults. */
    async update(id, inputs) {
        const body = Object.entries(settings)
            .filter(([input]) => input !== "localSecretIds" && input !== "aliasMetadata")
            .map(([input, { name, defaultValue }]) => [name, inputs[input] ?? defaultValue]);
        await write(inputs, Object.fromEntries(body) as object);
        return { ...inputs, ...(await readRole(id, inputs)) };
    },
    async delete(id, { namespace }) {
        const errorPrefix = `error deleting AppRole auth backend role ${JSON.stringify(id)}, err=`;
        await withErrorPrefix(errorPrefix, vaultIfFound({ method: "DELETE", path: id, namespace }));
    },
};

async function write(inputs: Properties, body: object): Promise<void> {
    const path = pathOf(inputs);
    const errorPrefix = `error writing AppRole auth backend role ${JSON.stringify(path)}: `;
    await withErrorPrefix(errorPrefix, vault({ method: "PUT", path, namespace: inputs.namespace, body }));
}

async function readRole(path: string, { namespace }: Properties): Promise<Properties | undefined> {
    const errorPrefix = `error reading AppRole auth backend role ${JSON.stringify(path)}, err=`;
    const found = await withErrorPrefix(errorPrefix, vaultIfFound({ method: "GET", path, namespace }));
    if (found === undefined) {
        return undefined;
    }
    const { role_id: roleId } = await withErrorPrefix(
        errorPrefix,
        vault({ method: "GET", path: `${path}/role-id`, namespace }),
    );
    return { roleId, ...liveValues(settings, found) };
}
