import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import { AccessPolicy } from "@pulumi/azure-native/keyvault/accessPolicy";
import { Secret } from "@pulumi/azure-native/keyvault/secret";
import { Vault } from "@pulumi/azure-native/keyvault/vault";
import * as pulumi from "@pulumi/pulumi";
import { azureTestSecretNames, secretsUserRole, type AzureScope } from "./airflow";
import { testSecretTexts } from "../../airflow/testSecrets";
import { madeBy } from "./deleted";
import type { AzureAuthorization, AzureLogin, AzureVault } from "./subscription";
import { stableUuid } from "../names";

/** A Deployment's Key Vault: the vault where it is to be made, who may read it, and its test secrets. */
export interface DeploymentVaultArgs {
    /** Name of the resource group that holds the vault. */
    readonly resourceGroup: string;
    readonly authorization: AzureAuthorization;
    /** The vault and the login: see `findAzure`. */
    readonly vault: AzureVault;
    readonly login: AzureLogin;
}

/** Makes the vault, unless it is one that was there before. */
export function createVault(
    name: string,
    { resourceGroup, authorization, vault, login }: DeploymentVaultArgs,
    opts: pulumi.CustomResourceOptions,
): Vault | undefined {
    if (vault.create === undefined) {
        return undefined;
    }
    const { location, recover } = vault.create;
    const properties = {
        tenantId: login.tenantId,
        sku: { family: "A", name: "standard" as const },
        enableRbacAuthorization: authorization === "rbac",
        ...(recover ? { createMode: "recover" as const } : {}),
    };
    const made = new Vault(
        `${name}-vault`,
        { vaultName: vault.name, resourceGroupName: resourceGroup, location, properties },
        // Recovered once, it is not to be recovered ever after.
        { ...opts, ignoreChanges: ["properties.createMode"] },
    );
    made.properties.apply(({ enableRbacAuthorization }) => {
        refuseOtherThan(authorization, vault.name, enableRbacAuthorization === true ? "rbac" : "access-policy");
    });
    return made;
}

/** A deleted vault comes back as it was, whatever is asked of it, and no later run sees a difference. */
function refuseOtherThan(wanted: AzureAuthorization, vault: string, found: AzureAuthorization): void {
    if (found !== wanted) {
        throw new pulumi.RunError(
            `Key Vault "${vault}" was deleted, and came back as it was: it is set up for ${found}, but ` +
                `backend.authorization is ${wanted}. Write authorization: ${found}, or set the vault up the other way.`,
        );
    }
}

/** Lets a principal read the vault's secrets, in the way in which the vault decides. */
export function grantReading(
    name: string,
    args: DeploymentVaultArgs,
    principalId: pulumi.Output<string>,
    opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
    return args.authorization === "rbac"
        ? assignRole(name, args, principalId, opts)
        : allow(`${name}-grant`, args, { objectId: principalId, secrets: ["get"] }, opts);
}

function assignRole(
    name: string,
    { resourceGroup, vault, login }: DeploymentVaultArgs,
    principalId: pulumi.Output<string>,
    opts: pulumi.CustomResourceOptions,
): RoleAssignment {
    const subscription = `/subscriptions/${login.subscriptionId}`;
    const scope = `${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.KeyVault/vaults/${vault.name}`;
    const roles = `${subscription}/providers/Microsoft.Authorization/roleDefinitions`;
    return new RoleAssignment(
        `${name}-grant`,
        {
            scope,
            roleDefinitionId: `${roles}/${secretsUserRole.id}`,
            principalId,
            // Without it Azure looks for a principal that its directory may not know everywhere yet.
            principalType: "ServicePrincipal",
            roleAssignmentName: principalId.apply((id) => stableUuid(`${scope} ${secretsUserRole.id} ${id}`)),
        },
        opts,
    );
}

function allow(
    resourceName: string,
    { resourceGroup, vault, login }: DeploymentVaultArgs,
    { objectId, secrets }: { readonly objectId: pulumi.Input<string>; readonly secrets: string[] },
    opts: pulumi.CustomResourceOptions,
): AccessPolicy {
    const policy = { tenantId: login.tenantId, objectId, permissions: { secrets } };
    return new AccessPolicy(resourceName, { resourceGroupName: resourceGroup, vaultName: vault.name, policy }, opts);
}

/** Writes the test variable and the two test connections where the Deployment's Airflow looks for them, one by one. */
export function azureTestSecrets(
    name: string,
    args: DeploymentVaultArgs & AzureScope,
    opts: pulumi.CustomResourceOptions,
): Secret[] {
    const { resourceGroup, authorization, vault, login } = args;
    // Secrets are written through Azure Resource Manager, but deleted in the vault itself, by whoever may there.
    const operator = { objectId: login.operatorId, secrets: ["get", "delete", "purge"] };
    const policy =
        vault.create !== undefined && authorization === "access-policy"
            ? allow(`${name}-operator`, args, operator, { ...opts, ignoreChanges: ["policy.objectId"] })
            : undefined;
    const names = azureTestSecretNames(args);
    const made: Secret[] = [];
    for (const [index, { role, text }] of testSecretTexts.entries()) {
        const before = made.at(-1) ?? policy;
        const secret = new Secret(
            `${name}-${role}`,
            {
                resourceGroupName: resourceGroup,
                vaultName: vault.name,
                secretName: names[index] ?? "",
                properties: { value: pulumi.secret(text) },
                tags: madeBy,
            },
            before === undefined ? opts : { ...opts, dependsOn: [before] },
        );
        made.push(secret);
    }
    return made;
}
