import { version as aws } from "@pulumi/aws/package.json";
import { version as azureNative } from "@pulumi/azure-native/package.json";
import { version as azuread } from "@pulumi/azuread/package.json";
import { version as gcp } from "@pulumi/gcp/package.json";
import { version as kubernetes } from "@pulumi/kubernetes/package.json";
import { version as vault } from "@pulumi/vault/package.json";

const versions: Readonly<Record<string, string>> = {
    aws,
    "azure-native": azureNative,
    azuread,
    gcp,
    kubernetes,
    vault,
};

/**
 * Returns the version of the plugin of a resource type: the version of its package, as each class of the package has it.
 *
 * @throws Error if the program does not use the package
 */
export function pluginVersion(type: string): string {
    const [name = ""] = type.split(":");
    const version = versions[name];
    if (version === undefined) {
        throw new Error(`stack/pluginVersions.ts does not list the package of ${type}`);
    }
    return version;
}
