import {
    AZURE_CLIENT_ID,
    AZURE_CLIENT_SECRET,
    AZURE_FEDERATED_TOKEN_FILE,
    AZURE_TENANT_ID,
    BACKEND,
    BACKEND_KWARGS,
} from "../../airflow/envVars";
import { overridesAirflow, type OverridingVariable } from "../../airflow/overriding";
import { flatPrefixes, namePrefixes, scopeKeys } from "../../airflow/scope";
import { DAY_MS } from "../../config/duration";
import { keysReader } from "../../config/partial";
import type { BackendKind, BackendReach } from "../backend";
import { azureTokenAudience, azureVaultUrl } from "./airflow";
import { azureKeyVaultBackend, azureKeyVaultKeys, DEFAULT_CLIENT_SECRET_DAYS } from "./config";
import { azureCredentials } from "./credentials";
import { probeAzure } from "./probe";
import { azureResourceTypes, TRUST_PART } from "./resources";

const credential = [AZURE_CLIENT_ID, AZURE_TENANT_ID, AZURE_CLIENT_SECRET];
const airflow = [BACKEND, BACKEND_KWARGS];

const otherAuthority: OverridingVariable = {
    name: "AZURE_AUTHORITY_HOST",
    effect: "the Azure SDK then logs in somewhere else than at login.microsoftonline.com",
    harmless: ["https://login.microsoftonline.com", "https://login.microsoftonline.com/", "login.microsoftonline.com"],
};

/** What keeps the Azure SDK from using the client secret in the environment. It goes before everything else there. */
const overridesClientSecret: readonly OverridingVariable[] = [
    {
        name: "AZURE_TOKEN_CREDENTIALS",
        effect: "with this value the Azure SDK does not use AZURE_CLIENT_SECRET",
        harmless: ["", "prod", "environmentcredential"],
    },
];

const earlier =
    "together with AZURE_CLIENT_ID it is a credential that the Azure SDK uses before AZURE_FEDERATED_TOKEN_FILE";

/** What keeps the Azure SDK from using the token of the pods. */
const overridesFederatedToken: readonly OverridingVariable[] = [
    { name: AZURE_CLIENT_SECRET, effect: earlier },
    { name: "AZURE_CLIENT_CERTIFICATE_PATH", effect: earlier },
    { name: "AZURE_PASSWORD", effect: earlier },
    {
        name: "AZURE_TOKEN_CREDENTIALS",
        effect: "with this value the Azure SDK does not use AZURE_FEDERATED_TOKEN_FILE",
        harmless: ["", "prod", "workloadidentitycredential"],
    },
];

const vault = ["resourceGroup", "vaultName", "createVault"] as const;
const place = [...vault, ...scopeKeys, "sep"] as const;

export const azureKeyVaultKind = {
    kind: "azure-key-vault",
    component: "AzureKeyVaultBackend",
    schema: azureKeyVaultBackend,
    envNames: ({ login, credentialIn }) => {
        const cloud = credentialIn === "environment" ? credential : [];
        return [...(login === "workload-identity" ? [AZURE_FEDERATED_TOKEN_FILE] : cloud), ...airflow];
    },
    allEnvNames: [...credential, AZURE_FEDERATED_TOKEN_FILE, ...airflow],
    overriddenBy,
    keyless: {
        logins: ["workload-identity"],
        audience: () => azureTokenAudience,
        // Where Azure's own clusters put it.
        installedTokenFile: "/var/run/secrets/azure/tokens/azure-identity-token",
        maxServiceAccounts: 20,
    },
    cloudIdentity: { cloud: "Azure", envVars: credential, principal: "app" },
    reach,
    lifecycle: {
        // Not `login`: it goes with the issuer, which only one of its values has.
        identityKeys: [...place, "authorization", "issuer"],
        placeKeys: place,
        storeKeys: vault,
        parts: [
            { name: "app" },
            { name: "principal" },
            { name: "grant" },
            { name: TRUST_PART, deletedWith: "app" },
            { name: "client-secret", deletedWith: "app", secretOutputs: ["value"] },
        ],
        rotationDays: 90,
        credentialEnd: (output) => {
            const end = output("endDate");
            return typeof end === "string" ? end : undefined;
        },
        credentialLife: (backend) => {
            const found = readLife(backend);
            if (found?.login !== "client-secret") {
                return undefined;
            }
            return {
                key: "clientSecretDays",
                ms: (found.clientSecretDays ?? DEFAULT_CLIENT_SECRET_DAYS) * DAY_MS,
            };
        },
    },
    testStack: { defaults: {}, findRetention },
    probe: probeAzure,
    credentials: azureCredentials,
    resources: azureResourceTypes,
} satisfies BackendKind;

/** With a client secret in the kwargs, Airflow looks at none of the other credentials in the environment. */
function overriddenBy(envNames: readonly string[]): readonly OverridingVariable[] {
    const clientSecret = envNames.includes(AZURE_CLIENT_SECRET) ? overridesClientSecret : [];
    const keyless = envNames.includes(AZURE_FEDERATED_TOKEN_FILE) ? overridesFederatedToken : [];
    return [...overridesAirflow, ...clientSecret, ...keyless, otherAuthority];
}

/** Reads the keys that decide where the secrets are. */
export const readPlace = keysReader(azureKeyVaultKeys, place);
const readLife = keysReader(azureKeyVaultKeys, ["login", "clientSecretDays"]);
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
