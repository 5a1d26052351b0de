import { decodeJwt } from "jose";
import type { FunctionType } from "../../../../provider/resourceType";
import { doing } from "../../doing";
import { ask, azure, clientId, groupPath, subscriptionId, tenantId, vaultPath } from "../clients";

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
        const { id, name, location, type, tags, properties } = await requested(
            groupPath({ resourceGroupName }),
            groups.get(String(resourceGroupName)),
        );
        return { id, name, location, type, tags, properties: { ...properties }, azureApiVersion: "2024-03-01" };
    },
};

/** `azure-native:keyvault:getVault` */
export const getVault: FunctionType = {
    inputs: ["resourceGroupName", "vaultName"],
    async call({ resourceGroupName, vaultName }) {
        const found = await requested(
            vaultPath({ resourceGroupName, vaultName }),
            azure().keyVault.vaults.get(String(resourceGroupName), String(vaultName)),
        );
        const { id, name, location, type, tags, properties } = found;
        return { id, name, location, type, tags, properties: { ...properties }, azureApiVersion: "2024-11-01" };
    },
};

/** What is there; an error as the plugin words it. */
function requested<T>(id: string, asked: Promise<T>): Promise<T> {
    return doing(`request failed ${id}: `, ask(asked));
}
