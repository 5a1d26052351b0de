import { version as azureNativeVersion } from "@pulumi/azure-native/package.json";
import { version as azureAdVersion } from "@pulumi/azuread/package.json";
import type { BridgedPackage } from "../bridge/schema";
import { accessPolicy } from "./native/accessPolicy";
import { application } from "./entra/application";
import { applicationFederatedIdentityCredential } from "./entra/applicationFederatedIdentityCredential";
import { applicationPassword } from "./entra/applicationPassword";
import { servicePrincipal } from "./entra/servicePrincipal";
import { getClientConfig, getClientToken, getResourceGroup, getVault } from "./native/functions";
import { roleAssignment } from "./native/roleAssignment";
import { secret } from "./native/secret";
import type { NativePackage } from "./native/type";
import { vault } from "./native/vault";

export const azureNativePackage: NativePackage = {
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

export const azureAdPackage: BridgedPackage = {
    name: "azuread",
    version: azureAdVersion,
    resources: {
        "azuread:index/application:Application": application,
        "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential":
            applicationFederatedIdentityCredential,
        "azuread:index/applicationPassword:ApplicationPassword": applicationPassword,
        "azuread:index/servicePrincipal:ServicePrincipal": servicePrincipal,
    },
    functions: {},
    keepsEmptyDefaults: true,
};
