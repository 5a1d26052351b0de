import { version as aws } from "@pulumi/aws/package.json";
import { version as azureNative } from "@pulumi/azure-native/package.json";
import { version as azuread } from "@pulumi/azuread/package.json";
import { version as gcp } from "@pulumi/gcp/package.json";
import { version as kubernetes } from "@pulumi/kubernetes/package.json";
import { version as vault } from "@pulumi/vault/package.json";

/** The Pulumi packages that the stack uses, with the plugin versions that their SDKs require. */
export const packages = { vault, aws, gcp, "azure-native": azureNative, azuread, kubernetes } as const;

export type PackageName = keyof typeof packages;

export const packageNames = Object.keys(packages) as PackageName[];

/** Returns the file name of a package's plugin. */
export const programName = (name: PackageName): string => `pulumi-resource-${name}`;
