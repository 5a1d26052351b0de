import { getClientToken } from "@pulumi/azure-native/authorization/getClientToken";
import { testSecretTexts } from "../../airflow/testSecrets";
import { isMapping } from "../../lib/json";
import type { BackendDeployment } from "../backend";
import { findExisting, type ExistingIds, type Lookup } from "../existing";
import { identityResource, placeResource, serviceName, storeResource } from "../names";
import { azureTestSecretNames } from "./airflow";
import type { AzureConfig } from "./config";
import { testSecretTags } from "./deleted";
import { VAULT_PART } from "./resources";
import { azureCall } from "./rest";
import type { AzureContext } from "./subscription";
import { roleAssignmentName, vaultResourceId } from "./deploymentVault";

const GRAPH = "https://graph.microsoft.com";
const MANAGEMENT = "https://management.azure.com";

type Fields = Readonly<Record<string, unknown>>;

/** Looks for what an interrupted run may have created for the Deployment in Azure. */
export async function findExistingInAzure(
    deployment: BackendDeployment<AzureConfig>,
    { login, vaults }: AzureContext,
): Promise<ExistingIds> {
    const { current, backend, mayExist } = deployment;
    const appResource = identityResource(current, "app");
    const vault = vaults.get(deployment.name);
    const names = [appResource, identityResource(current, "grant"), storeResource(current, VAULT_PART)];
    const secretResources = testSecretTexts.map(({ role }) => placeResource(current, role));
    if (vault === undefined || ![...names, ...secretResources].some(mayExist)) {
        return new Map();
    }
    const [{ token: graphToken }, { token }] = await Promise.all([
        getClientToken({ endpoint: GRAPH }),
        getClientToken(),
    ]);
    const group = backend.resourceGroup;
    const vaultId = vaultResourceId(login.subscriptionId, group, vault.name);
    const secretNames = azureTestSecretNames(backend);
    let app: Promise<Fields | undefined> | undefined;
    // Two lookups need it.
    const findApp = (): Promise<Fields | undefined> =>
        (app ??= onlyApp(serviceName(current.owner, current.identity), graphToken));
    const lookups: Lookup[] = [
        {
            name: appResource,
            // The interrupted run had not given it a password. An app in use has one.
            find: async () => {
                const found = await findApp();
                const isUnused = Array.isArray(found?.passwordCredentials) && found.passwordCredentials.length === 0;
                return isUnused ? `/applications/${String(found.id)}` : undefined;
            },
        },
        {
            name: identityResource(current, "grant"),
            find: async () => {
                const { appId } = (await findApp()) ?? {};
                const [principal] =
                    typeof appId === "string"
                        ? await graphObjects("servicePrincipals", `appId eq '${appId}'`, graphToken)
                        : [];
                if (principal === undefined || backend.authorization !== "rbac") {
                    return undefined;
                }
                const name = roleAssignmentName(vaultId, String(principal.id));
                const id = `${vaultId}/providers/Microsoft.Authorization/roleAssignments/${name}`;
                return (await managed(id, "2022-04-01", token)) === undefined ? undefined : id;
            },
        },
        {
            name: storeResource(current, VAULT_PART),
            find: async () => {
                // A vault with a name of its own could be somebody else's.
                const isOurs = vault.create !== undefined && !vault.create.recover && backend.vaultName === undefined;
                return isOurs && (await managed(vaultId, "2023-07-01", token)) !== undefined ? vaultId : undefined;
            },
        },
        ...secretResources.map((name, index) => ({
            name,
            find: async () => {
                const id = `${vaultId}/secrets/${secretNames[index] ?? ""}`;
                const tags = (await managed(id, "2023-07-01", token))?.tags;
                return isMapping(tags) && tags["made-by"] === testSecretTags["made-by"] ? id : undefined;
            },
        })),
    ];
    return findExisting(lookups, mayExist);
}

/** Returns the app registration of that name; `undefined` if there is none, or more than one. */
async function onlyApp(name: string, token: string): Promise<Fields | undefined> {
    const [found, ...others] = await graphObjects("applications", `displayName eq '${name}'`, token);
    return others.length > 0 ? undefined : found;
}

/** Returns the objects of Microsoft Graph that the filter selects. */
async function graphObjects(
    kind: "applications" | "servicePrincipals",
    filter: string,
    token: string,
): Promise<readonly Fields[]> {
    const url = `${GRAPH}/v1.0/${kind}?$filter=${encodeURIComponent(filter)}`;
    const { body } = await azureCall("GET", url, token);
    return isMapping(body) && Array.isArray(body.value) ? (body.value as Fields[]) : [];
}

/** Returns a resource of Azure Resource Manager; `undefined` if it does not exist. */
async function managed(id: string, apiVersion: string, token: string): Promise<Fields | undefined> {
    const { status, body } = await azureCall("GET", `${MANAGEMENT}${id}?api-version=${apiVersion}`, token);
    return status === 404 || !isMapping(body) ? undefined : body;
}
