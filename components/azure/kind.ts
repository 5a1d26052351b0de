import { AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_TENANT_ID, BACKEND, BACKEND_KWARGS } from "../../airflow/envVars";
import { overridesAirflow, type OverridingVariable } from "../../airflow/overriding";
import { flatPrefixes, namePrefixes, scopeKeys } from "../../airflow/scope";
import { DAY_MS } from "../../config/duration";
import { keysReader } from "../../config/partial";
import type { BackendKind, BackendReach } from "../backend";
import { azureVaultUrl } from "./airflow";
import { azureKeyVaultBackend, azureKeyVaultKeys } from "./config";
import { azureCredentials } from "./credentials";
import { probeAzure } from "./probe";
import { azureResourceTypes } from "./resources";

const credential = [AZURE_CLIENT_ID, AZURE_TENANT_ID, AZURE_CLIENT_SECRET];
const airflow = [BACKEND, BACKEND_KWARGS];

const otherAuthority: OverridingVariable = {
    name: "AZURE_AUTHORITY_HOST",
    effect: "the Azure SDK then logs in somewhere else than at login.microsoftonline.com",
    harmless: ["https://login.microsoftonline.com", "https://login.microsoftonline.com/", "login.microsoftonline.com"],
};

const otherCredential: OverridingVariable = {
    name: "AZURE_TOKEN_CREDENTIALS",
    effect: "with this value the Azure SDK does not use AZURE_CLIENT_SECRET",
    harmless: ["", "prod", "environmentcredential"],
};

const vault = ["resourceGroup", "vaultName", "createVault"] as const;
const place = [...vault, ...scopeKeys, "sep"] as const;

export const azureKeyVaultKind = {
    kind: "azure-key-vault",
    component: "AzureKeyVaultBackend",
    schema: azureKeyVaultBackend,
    envNames: ({ credentialIn }) => (credentialIn === "environment" ? [...credential, ...airflow] : airflow),
    allEnvNames: [...credential, ...airflow],
    overriddenBy,
    cloudIdentity: { cloud: "Azure", envVars: credential, principal: "app" },
    reach,
    lifecycle: {
        identityKeys: [...place, "authorization"],
        placeKeys: place,
        storeKeys: vault,
        parts: [
            { name: "app" },
            { name: "principal" },
            { name: "grant" },
            { name: "client-secret", deletedWith: "app", secretOutputs: ["value"] },
        ],
        rotationDays: 90,
        credentialEnd: (output) => {
            const end = output("endDate");
            return typeof end === "string" ? end : undefined;
        },
        credentialLife: ({ clientSecretDays }) => ({ key: "clientSecretDays", ms: Number(clientSecretDays) * DAY_MS }),
    },
    testStack: { defaults: {}, findRetention },
    probe: probeAzure,
    credentials: azureCredentials,
    resources: azureResourceTypes,
} satisfies BackendKind;

/**
 * The client secret in the environment goes before a certificate, a password or AZURE_FEDERATED_TOKEN_FILE. With one in
 * the kwargs, Airflow looks at none of these.
 */
function overriddenBy(envNames: readonly string[]): readonly OverridingVariable[] {
    const fromEnvironment = envNames.includes(AZURE_CLIENT_SECRET) ? [otherCredential] : [];
    return [...overridesAirflow, ...fromEnvironment, otherAuthority];
}

/** Reads the keys that decide where the secrets are. */
export const readPlace = keysReader(azureKeyVaultKeys, place);
const readVault = keysReader(azureKeyVaultKeys, ["kind", "vaultName"]);

/** A grant is for a whole vault. A vault with a generated name is used by one Deployment only. */
function reach(backend: unknown): BackendReach | undefined {
    const vaultName = readVault(backend)?.vaultName;
    if (vaultName === undefined) {
        return undefined;
    }
    const url = `${azureVaultUrl(vaultName)}/`;
    const found = readPlace(backend);
    return {
        store: "azure",
        scope: undefined,
        takesScope: false,
        alternative: "a vault of its own",
        prefixes: [url],
        names: found === undefined ? [] : namePrefixes(flatPrefixes(found)).map((prefix) => `${url}${prefix}`),
    };
}

function findRetention({ purgeProtection }: Readonly<Record<string, unknown>>) {
    return purgeProtection === true
        ? [
              {
                  key: "purgeProtection",
                  found: "true",
                  rule: {
                      allowed: "false in a test stack: otherwise Azure keeps the vault and its name after teardown",
                      todo: "Leave the key out",
                  },
              },
          ]
        : [];
}
