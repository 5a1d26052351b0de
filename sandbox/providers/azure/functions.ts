import { decodeJwt } from "jose";
import type { FunctionType } from "../../../provider/resourceType";
import { ask, azure, clientId, subscriptionId, tenantId } from "./clients";

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
    secrets: ["token"],
    call: async ({ endpoint = MANAGEMENT }) => ({ token: await token(String(endpoint)) }),
};

/** `azure-native:resources:getResourceGroup` */
export const getResourceGroup: FunctionType = {
    inputs: ["resourceGroupName"],
    async call({ resourceGroupName }) {
        const { id, name, location, type } = await ask(azure().resources.resourceGroups.get(String(resourceGroupName)));
        return { id, name, location, type };
    },
};

/** `azure-native:keyvault:getVault` */
export const getVault: FunctionType = {
    inputs: ["resourceGroupName", "vaultName"],
    async call({ resourceGroupName, vaultName }) {
        const found = await ask(azure().keyVault.vaults.get(String(resourceGroupName), String(vaultName)));
        const { id, name, location, type, properties } = found;
        const { tenantId: tenant, sku, enableRbacAuthorization, vaultUri } = properties;
        return { id, name, location, type, properties: { tenantId: tenant, sku, enableRbacAuthorization, vaultUri } };
    },
};
