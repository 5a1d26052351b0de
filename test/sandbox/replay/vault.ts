import { vaultRequest } from "../../../sandbox/services/vault";
import type { ByHand, Replayed } from "./replay";

const SOLAR = "solar-dust-1234";
const LUNAR = "lunar-tide-5678";
const nameOf = (deployment: string): string => `airflow.dev.${deployment}`;
const policyOf = (deployment: string): string => `sys/policies/acl/${nameOf(deployment)}`;
const roleOf = (deployment: string, mount = "approle"): string => `auth/${mount}/role/${nameOf(deployment)}`;
const secretsOf = (scope: string): string[] =>
    ["variables/verify_variable", "connections/verify_connection_uri", "connections/verify_connection_json"].map(
        (name) => `${scope}/${name}`,
    );

function vaultOf({ sandbox }: ByHand) {
    const { VAULT_ADDR: address = "", VAULT_TOKEN: token = "" } = sandbox.env;
    return (method: string, path: string, body?: object) => vaultRequest({ address, token }, method, path, body);
}

/** Objects of the stack's names that somebody else made. */
async function makeOfSameNames(world: ByHand, role: object): Promise<void> {
    const vault = vaultOf(world);
    await vault("PUT", policyOf(SOLAR), { policy: 'path "theirs" { capabilities = ["read"] }' });
    await vault("PUT", `secret/data/${SOLAR}/variables/verify_variable`, { data: { value: "theirs" } });
    await vault("PUT", roleOf(SOLAR), role);
}

async function removeAll(world: ByHand): Promise<void> {
    const vault = vaultOf(world);
    for (const deployment of [SOLAR, LUNAR]) {
        await vault("DELETE", policyOf(deployment));
        await vault("DELETE", roleOf(deployment));
    }
    for (const secret of secretsOf(SOLAR)) {
        await vault("DELETE", `secret/metadata/${secret}`);
    }
    for (const secret of secretsOf(LUNAR)) {
        await vault("DELETE", `kv/${secret}`);
    }
}

/** What an `up` made that was not recorded: the recording destroys it. */
async function makeLogin(
    world: ByHand,
    deployment: string,
    { role, accessor }: { role: string; accessor: string },
): Promise<void> {
    const vault = vaultOf(world);
    await vault("PUT", roleOf(deployment), { token_type: "batch" });
    const { data } = (await vault("PUT", `${roleOf(deployment)}/secret-id`)) as { data: Record<string, string> };
    const { data: made } = (await vault("GET", `${roleOf(deployment)}/role-id`)) as { data: Record<string, string> };
    world.placeholders.bind(role, made.role_id);
    world.placeholders.bind(accessor, data.secret_id_accessor);
    world.placeholders.bind(`secret:${deployment}-secret-id-1#2`, data.secret_id);
}

const mountAppRole = (world: ByHand) => vaultOf(world)("POST", "sys/auth/approle2", { type: "approle" });
const unmountAppRole = (world: ByHand) => vaultOf(world)("DELETE", "sys/auth/approle2");
const deleteRole = (world: ByHand) => vaultOf(world)("DELETE", roleOf(SOLAR));
const destroySecretId = (placeholder: string) => (world: ByHand) =>
    vaultOf(world)("PUT", `${roleOf(SOLAR)}/secret-id-accessor/destroy`, {
        secret_id_accessor: world.placeholders.get(placeholder),
    });

const scope = `${SOLAR}-b`;

/** The official plugin for Vault. */
export const vault: Replayed = {
    plugin: "vault",
    recorded: 1450,
    component: "VaultBackend",
    leftOut: {},
    differences: [],
    byHand: {
        "a policy deleted by hand: refresh": (world) => vaultOf(world)("DELETE", policyOf(SOLAR)),
        "a role deleted by hand: refresh": deleteRole,
        "a secret id destroyed by hand: refresh": destroySecretId("id:9"),
        "a KV v2 secret deleted by hand: refresh": (world) =>
            vaultOf(world)("DELETE", `secret/metadata/${scope}/variables/verify_variable`),
        "a KV v2 secret's latest version deleted by hand: refresh": (world) =>
            vaultOf(world)("DELETE", `secret/data/${scope}/connections/verify_connection_json`),
        "a KV v1 secret deleted by hand: refresh": (world) =>
            vaultOf(world)("DELETE", `kv/${LUNAR}-b/variables/verify_variable`),
        "a KV v2 secret written over by hand: refresh": (world) =>
            vaultOf(world)("PUT", `secret/data/${scope}/variables/verify_variable`, { data: { value: "another" } }),
        "a KV v1 secret written over by hand: refresh": (world) =>
            vaultOf(world)("PUT", `kv/${LUNAR}-b/variables/verify_variable`, {
                value: "another",
                n: 1,
                deep: { a: [1] },
            }),
        "a policy written over by hand: refresh": (world) =>
            vaultOf(world)("PUT", policyOf(SOLAR), { policy: 'path "x" { capabilities = ["read"] }' }),
        "objects of the same names exist, the role with a limited use count: up": (world) =>
            makeOfSameNames(world, { token_num_uses: 5 }),
        "destroy of what is gone already": removeAll,
        end: async (world) => {
            await makeLogin(world, LUNAR, { role: "id:12", accessor: "id:13" });
            await makeLogin(world, SOLAR, { role: "id:14", accessor: "id:15" });
        },
        "a role's settings changed by hand: refresh": (world) =>
            vaultOf(world)("PUT", roleOf(SOLAR), {
                token_policies: ["default", "other"],
                token_ttl: 60,
                token_max_ttl: 60,
                secret_id_num_uses: 5,
                secret_id_bound_cidrs: ["10.0.0.0/8"],
                token_bound_cidrs: ["10.0.0.0/8"],
            }),
        "another AppRole mount: preview": mountAppRole,
        "the AppRole mount removed by hand: refresh": unmountAppRole,
        "the AppRole mount made anew: up": mountAppRole,
        "the AppRole mount removed by hand: destroy": unmountAppRole,
        "a policy, a role and a KV v2 secret of the same names exist: up": (world) =>
            makeOfSameNames(world, { token_type: "batch" }),
        "destroy with the policy and a KV v2 secret gone": async (world) => {
            await vaultOf(world)("DELETE", policyOf(SOLAR));
            await vaultOf(world)("DELETE", `secret/metadata/${SOLAR}/variables/verify_variable`);
        },
        "KV mounts that are not there: preview": deleteRole,
        "destroy with the secret id gone": destroySecretId("id:30"),
        "destroy with the role gone, and the secret id with it": deleteRole,
        "destroy with the role gone": deleteRole,
    },
};
