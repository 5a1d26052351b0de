import { decodeJwt } from "jose";
import type { FunctionType } from "../../../../provider/resourceType";
import { withErrorPrefix } from "../../withErrorPrefix";
import { azure, clientId, resourceGroupId, subscriptionId, tenantId, vaultId, withPluginError } from "../clients";

const MANAGEMENT = "https://management.azure.com";

async function token(endpoint: string): Promise<string> {
    return (await azure().credential.getToken(`${endpoint}/.default`)).token;
}

/** `azure-native:authorization:getClientConfig` */
export const getClientConfig: FunctionType = {
    inputs: [],
    async call() {
        const { oid } = decodeJwt(await token(MANAGEMENT));
        return { clientId, objectId: oid, subscriptionId, tenantId };
    },
};

/** `azure-native:authorization:getClientToken` */
export const getClientToken: FunctionType = {
    inputs: ["endpoint"],
    call: async ({ endpoint = MANAGEMENT }) => ({ token: await token(String(endpoint)) }),
};

/** `azure-native:resources:getResourceGroup` */
export const getResourceGroup: FunctionType = {
    inputs: ["resourceGroupName"],
    async call({ resourceGroupName }) {
        const groups = azure().resources.resourceGroups;
        const { id, name, location, type, tags, properties } = await withRequestError(
            resourceGroupId({ resourceGroupName }),
            groups.get(String(resourceGroupName)),
        );
        return { id, name, location, type, tags, properties: { ...properties }, azureApiVersion: "2024-03-01" };
    },
};

/** `azure-native:keyvault:getVault` */
export const getVault: FunctionType = {
    inputs: ["resourceGroupName", "vaultName"],
    async call({ resourceGroupName, vaultName }) {
        const found = await withRequestError(
            vaultId({ resourceGroupName, vaultName }),
            azure().keyVault.vaults.get(String(resourceGroupName), String(vaultName)),
        );
        const { id, name, location, type, tags, properties } = found;
        return { id, name, location, type, tags, properties: { ...properties }, azureApiVersion: "2024-11-01" };
    },
};

/** Waits for `request`. An error gets the plugin's format and prefix. */
function withRequestError<T>(id: string, request: Promise<T>): Promise<T> {
    return withErrorPrefix(`request failed ${id}: `, withPluginError(request));
}
