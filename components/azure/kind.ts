import { AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_TENANT_ID, BACKEND, BACKEND_KWARGS } from "../../airflow/envVars";
import { keysReader } from "../../config/partial";
import type { BackendKind, BackendReach } from "../backend";
import { azureVaultUrl } from "./airflow";
import { azureKeyVaultBackend, azureKeyVaultKeys } from "./config";
import { azureResourceTypes } from "./resources";

const credential = [AZURE_CLIENT_ID, AZURE_TENANT_ID, AZURE_CLIENT_SECRET];

export const azureKeyVaultKind = {
    kind: "azure-key-vault",
    component: "AzureKeyVaultBackend",
    schema: azureKeyVaultBackend,
    envNames: [...credential, BACKEND, BACKEND_KWARGS],
    cloudIdentity: { cloud: "Azure", envVars: credential, principal: "app" },
    reach,
    resources: azureResourceTypes,
} satisfies BackendKind;

const readVault = keysReader(azureKeyVaultKeys, ["kind", "vaultName"]);

/** A grant is for a whole vault. A vault with a generated name is used by one Deployment only. */
function reach(backend: unknown): BackendReach | undefined {
    const vault = readVault(backend)?.vaultName;
    return vault === undefined
        ? undefined
        : {
              store: "azure",
              scope: undefined,
              takesScope: false,
              alternative: "a vault of its own",
              prefixes: [`${azureVaultUrl(vault)}/`],
          };
}
