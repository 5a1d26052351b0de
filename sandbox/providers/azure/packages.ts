import { version as azureNativeVersion } from "@pulumi/azure-native/package.json";
import { version as azureAdVersion } from "@pulumi/azuread/package.json";
import type { Package } from "../../../provider/resourceType";
import { accessPolicy } from "./accessPolicy";
import { application } from "./application";
import { applicationPassword } from "./applicationPassword";
import { getClientConfig, getClientToken, getResourceGroup, getVault } from "./functions";
import { roleAssignment } from "./roleAssignment";
import { secret } from "./secret";
import { servicePrincipal } from "./servicePrincipal";
import { vault } from "./vault";

export const azureNativePackage: Package = {
    name: "azure-native",
    version: azureNativeVersion,
    resources: {
        "azure-native:authorization:RoleAssignment": roleAssignment,
        "azure-native:keyvault:AccessPolicy": accessPolicy,
        "azure-native:keyvault:Secret": secret,
        "azure-native:keyvault:Vault": vault,
    },
    functions: {
        "azure-native:authorization:getClientConfig": getClientConfig,
        "azure-native:authorization:getClientToken": getClientToken,
        "azure-native:keyvault:getVault": getVault,
        "azure-native:resources:getResourceGroup": getResourceGroup,
    },
};

export const azureAdPackage: Package = {
    name: "azuread",
    version: azureAdVersion,
    resources: {
        "azuread:index/application:Application": application,
        "azuread:index/applicationPassword:ApplicationPassword": applicationPassword,
        "azuread:index/servicePrincipal:ServicePrincipal": servicePrincipal,
    },
    functions: {},
};
