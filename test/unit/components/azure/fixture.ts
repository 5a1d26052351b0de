import { AzureKeyVaultBackend, type AzureKeyVaultBackendArgs } from "../../../../components/azure/backend";
import type { EnvVar } from "../../../../components/backend";
import type { Current } from "../../../../components/owner";
import { currentOf } from "../current";
import { inspect, Mocks, settled } from "../mocks";

export const defaults = {
    resourceGroup: "group",
    authorization: "access-policy",
    scope: "solar",
    sep: "-",
    appLogin: { kind: "client-secret", clientSecretDays: 180, credentialIn: "kwargs" },
    testSecrets: false,
    shareSecrets: false,
    purgeProtection: false,
    vault: { name: "my-vault", create: undefined, isNew: false },
    login: { tenantId: "tenant", subscriptionId: "subscription", operatorId: "operator", vaultToken: "token" },
} as const satisfies AzureKeyVaultBackendArgs;

export const created = { name: "my-vault", create: { location: "westeurope", recover: false }, isNew: true };

export async function build(args: Partial<AzureKeyVaultBackendArgs> = {}, current: Partial<Current> = {}) {
    const mocks = await Mocks.set();
    const backend = new AzureKeyVaultBackend(currentOf(current), { ...defaults, ...args });
    await settled();
    return { backend, mocks };
}

/** Returns each env var: its name, whether it is marked as secret, and its value. */
export function envOf({ env }: { readonly env: readonly EnvVar[] }) {
    return Promise.all(env.map(async ({ name, secret, value }) => [name, secret, await inspect(value)] as const));
}
