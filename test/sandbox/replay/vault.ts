import { vaultRequest } from "../../../sandbox/services/vault";
import type { ManualContext, ReplayCase } from "./replay";

const SOLAR = "solar-dust-1234";
const LUNAR = "lunar-tide-5678";
const nameOf = (deployment: string): string => `airflow.dev.${deployment}`;
const policyOf = (deployment: string): string => `sys/policies/acl/${nameOf(deployment)}`;
const roleOf = (deployment: string, mount = "approle"): string => `auth/${mount}/role/${nameOf(deployment)}`;
const secretsOf = (scope: string): string[] =>
    ["variables/verify_variable", "connections/verify_connection_uri", "connections/verify_connection_json"].map(
        (name) => `${scope}/${name}`,
    );

function vaultClient({ sandbox }: ManualContext) {
    const { VAULT_ADDR: address = "", VAULT_TOKEN: token = "" } = sandbox.env;
    return (method: string, path: string, body?: object) => vaultRequest({ address, token }, method, path, body);
}

/** Creates objects of somebody else that have the names of the stack's objects. */
async function createSameNames(context: ManualContext, role: object): Promise<void> {
    const vault = vaultClient(context);
    await vault("PUT", policyOf(SOLAR), { policy: 'path "theirs" { capabilities = ["read"] }' });
    await vault("PUT", `secret/data/${SOLAR}/variables/verify_variable`, { data: { value: "theirs" } });
    await vault("PUT", roleOf(SOLAR), role);
}

async function deleteAll(context: ManualContext): Promise<void> {
    const vault = vaultClient(context);
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

/** Creates what an `up` created that was not recorded. The recording destroys it. */
async function createCredentials(
    context: ManualContext,
    deployment: string,
    { role, accessor }: { role: string; accessor: string },
): Promise<void> {
    const vault = vaultClient(context);
    await vault("PUT", roleOf(deployment), { token_type: "batch" });
    const { data: secretIdData } = (await vault("PUT", `${roleOf(deployment)}/secret-id`)) as {
        data: Record<string, string>;
    };
    const { data: roleData } = (await vault("GET", `${roleOf(deployment)}/role-id`)) as {
        data: Record<string, string>;
    };
    context.placeholders.bind(role, roleData.role_id);
    context.placeholders.bind(accessor, secretIdData.secret_id_accessor);
    context.placeholders.bind(`secret:${deployment}-secret-id-1#2`, secretIdData.secret_id);
}

const mountAppRole = (context: ManualContext) => vaultClient(context)("POST", "sys/auth/approle2", { type: "approle" });
const unmountAppRole = (context: ManualContext) => vaultClient(context)("DELETE", "sys/auth/approle2");
const deleteRole = (context: ManualContext) => vaultClient(context)("DELETE", roleOf(SOLAR));
const destroySecretId = (placeholder: string) => (context: ManualContext) =>
    vaultClient(context)("PUT", `${roleOf(SOLAR)}/secret-id-accessor/destroy`, {
        secret_id_accessor: context.placeholders.get(placeholder),
    });

const scope = `${SOLAR}-b`;

/** The replay of the official plugin for Vault. */
export const vault: ReplayCase = {
    plugin: "vault",
    recorded: 1450,
    component: "VaultBackend",
    leftOut: {},
    differences: [],
    manualSteps: {
        "a policy deleted by hand: refresh": (context) => vaultClient(context)("DELETE", policyOf(SOLAR)),
        "a role deleted by hand: refresh": deleteRole,
        "a secret id destroyed by hand: refresh": destroySecretId("id:9"),
        "a KV v2 secret deleted by hand: refresh": (context) =>
            vaultClient(context)("DELETE", `secret/metadata/${scope}/variables/verify_variable`),
        "a KV v2 secret's latest version deleted by hand: refresh": (context) =>
            vaultClient(context)("DELETE", `secret/data/${scope}/connections/verify_connection_json`),
        "a KV v1 secret deleted by hand: refresh": (context) =>
            vaultClient(context)("DELETE", `kv/${LUNAR}-b/variables/verify_variable`),
        "a KV v2 secret written over by hand: refresh": (context) =>
            vaultClient(context)("PUT", `secret/data/${scope}/variables/verify_variable`, {
                data: { value: "another" },
            }),
        "a KV v1 secret written over by hand: refresh": (context) =>
            vaultClient(context)("PUT", `kv/${LUNAR}-b/variables/verify_variable`, {
                value: "another",
                n: 1,
                deep: { a: [1] },
            }),
        "a policy written over by hand: refresh": (context) =>
            vaultClient(context)("PUT", policyOf(SOLAR), { policy: 'path "x" { capabilities = ["read"] }' }),
        "objects of the same names exist, the role with a limited use count: up": (context) =>
            createSameNames(context, { token_num_uses: 5 }),
        "destroy of what is gone already": deleteAll,
        end: async (context) => {
            await createCredentials(context, LUNAR, { role: "id:12", accessor: "id:13" });
            await createCredentials(context, SOLAR, { role: "id:14", accessor: "id:15" });
        },
        "a role's settings changed by hand: refresh": (context) =>
            vaultClient(context)("PUT", roleOf(SOLAR), {
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
        "a policy, a role and a KV v2 secret of the same names exist: up": (context) =>
            createSameNames(context, { token_type: "batch" }),
        "destroy with the policy and a KV v2 secret gone": async (context) => {
            await vaultClient(context)("DELETE", policyOf(SOLAR));
            await vaultClient(context)("DELETE", `secret/metadata/${SOLAR}/variables/verify_variable`);
        },
        "KV mounts that are not there: preview": deleteRole,
        "destroy with the secret id gone": destroySecretId("id:30"),
        "destroy with the role gone, and the secret id with it": deleteRole,
        "destroy with the role gone": deleteRole,
    },
};
