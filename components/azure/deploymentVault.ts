import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import { AccessPolicy } from "@pulumi/azure-native/keyvault/accessPolicy";
import { Secret } from "@pulumi/azure-native/keyvault/secret";
import { Vault } from "@pulumi/azure-native/keyvault/vault";
import * as pulumi from "@pulumi/pulumi";
import { azureTestSecrets, secretsUserRole, type AzureScope } from "./airflow";
import type { Claims } from "../claims";
import { OPERATOR_PART, VAULT_PART } from "./resources";
import { importing, ownTestSecrets } from "../existing";
import { marksOf } from "../marks";
import type { AzureAuthorization, AzureLogin, AzureVault } from "./subscription";
import { placeResource, stableUuid, storeResource } from "../names";
import type { Current } from "../owner";

/** A Deployment's Key Vault: its creation if required, read access to it, and its test secrets. */
export interface DeploymentVaultArgs {
    /** Name of the vault's resource group. */
    readonly resourceGroup: string;
    readonly authorization: AzureAuthorization;
    /** The vault, see `findAzure`. */
    readonly vault: AzureVault;
    /** Pulumi's login, see `findAzure`. */
    readonly login: AzureLogin;
    /** Whether another Deployment that says so too may read the same secrets. */
    readonly shareSecrets: boolean;
    /** Whether the created vault and its secrets cannot be purged. */
    readonly purgeProtection: boolean;
    /** What already has the names of its resources, see `azureLookups`. */
    readonly claims?: Claims | undefined;
}

/** Returns the id of a Key Vault in Azure Resource Manager. */
export function vaultResourceId(subscriptionId: string, resourceGroup: string, vault: string): string {
    const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
    return `${group}/providers/Microsoft.KeyVault/vaults/${vault}`;
}

/** Returns the name of the assignment with which a principal may read the secrets in a vault. */
export function roleAssignmentName(vaultId: string, principalId: string): string {
    return stableUuid(`${vaultId} ${secretsUserRole.id} ${principalId}`);
}

/** Creates the vault; returns `undefined` if the config names an existing one. */
export function createVault(
    current: Current,
    args: DeploymentVaultArgs,
    opts: pulumi.CustomResourceOptions,
): Vault | undefined {
    const { resourceGroup, authorization, vault, login, purgeProtection, claims } = args;
    if (vault.create === undefined) {
        return undefined;
    }
    const { location, recover } = vault.create;
    const tags = marksOf(current.owner, args.shareSecrets);
    const properties = {
        tenantId: login.tenantId,
        sku: { family: "A", name: "standard" as const },
        enableRbacAuthorization: authorization === "rbac",
        // Azure does not turn it off again.
        ...(purgeProtection ? { enablePurgeProtection: true } : {}),
        ...(recover ? { createMode: "recover" as const } : {}),
    };
    const name = storeResource(current, VAULT_PART);
    const created = new Vault(
        name,
        { vaultName: vault.name, resourceGroupName: resourceGroup, location, properties, tags },
        // `createMode` only has an effect in the run that recovers the vault.
        importing({ ...opts, ignoreChanges: ["properties.createMode"] }, claims, name),
    );
    created.properties.apply(({ enableRbacAuthorization }) => {
        assertAuthorization(authorization, vault.name, enableRbacAuthorization === true ? "rbac" : "access-policy");
    });
    return created;
}

/**
 * A recovered vault keeps its old properties, whatever the request says, and no later run shows a difference.
 *
 * @throws RunError if the vault has another permission model than the config
 */
function assertAuthorization(wanted: AzureAuthorization, vault: string, found: AzureAuthorization): void {
    if (found !== wanted) {
        throw new pulumi.RunError(
            `Key Vault "${vault}" was deleted, and was recovered with its old settings: it is set up for ${found}, ` +
                `but backend.authorization is ${wanted}. Write authorization: ${found}, or set the vault up for ` +
                `${wanted}.`,
        );
    }
}

/** Lets a principal read the vault's secrets, with the vault's permission model. */
export function grantReadAccess(
    resourceName: string,
    args: DeploymentVaultArgs,
    principalId: pulumi.Output<string>,
    opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
    return args.authorization === "rbac"
        ? assignRole(resourceName, args, principalId, opts)
        : createAccessPolicy(resourceName, args, { objectId: principalId, secrets: ["get"] }, opts);
}

function assignRole(
    resourceName: string,
    { resourceGroup, vault, login, claims }: DeploymentVaultArgs,
    principalId: pulumi.Output<string>,
    opts: pulumi.CustomResourceOptions,
): RoleAssignment {
    const scope = vaultResourceId(login.subscriptionId, resourceGroup, vault.name);
    const roles = `/subscriptions/${login.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions`;
    return new RoleAssignment(
        resourceName,
        {
            scope,
            roleDefinitionId: `${roles}/${secretsUserRole.id}`,
            principalId,
            // Otherwise Azure looks the principal up, and a new principal may not have been replicated yet.
            principalType: "ServicePrincipal",
            roleAssignmentName: principalId.apply((id) => roleAssignmentName(scope, id)),
        },
        importing(opts, claims, resourceName),
    );
}

function createAccessPolicy(
    resourceName: string,
    { resourceGroup, vault, login }: DeploymentVaultArgs,
    { objectId, secrets }: { readonly objectId: pulumi.Input<string>; readonly secrets: string[] },
    opts: pulumi.CustomResourceOptions,
): AccessPolicy {
    const policy = { tenantId: login.tenantId, objectId, permissions: { secrets } };
    return new AccessPolicy(resourceName, { resourceGroupName: resourceGroup, vaultName: vault.name, policy }, opts);
}

/**
 * Lets whoever runs Pulumi delete the test secrets of a created vault: secrets are created through Azure Resource
 * Manager, but deleted through the vault, which needs permissions in it. `undefined` if that is not this stack's task.
 */
export function operatorPolicy(
    current: Current,
    args: DeploymentVaultArgs,
    opts: pulumi.CustomResourceOptions,
): AccessPolicy | undefined {
    const { authorization, vault, login } = args;
    const operator = { objectId: login.operatorId, secrets: ["get", "delete", "purge"] };
    return vault.create !== undefined && authorization === "access-policy"
        ? createAccessPolicy(storeResource(current, OPERATOR_PART), args, operator, {
              ...opts,
              ignoreChanges: ["policy.objectId"],
          })
        : undefined;
}

/** Creates the test secrets where the Deployment's Airflow looks for them, one by one. */
export function createTestSecrets(
    current: Current,
    args: DeploymentVaultArgs & AzureScope,
    opts: pulumi.CustomResourceOptions,
): Secret[] {
    const { resourceGroup, vault, claims } = args;
    const tags = marksOf(current.owner, args.shareSecrets);
    const created: Secret[] = [];
    for (const { role, name: secretName, text } of ownTestSecrets(current, azureTestSecrets(args), claims)) {
        const previous = created.at(-1);
        const name = placeResource(current, role);
        const secretOpts = previous === undefined ? opts : { ...opts, dependsOn: [previous] };
        const secret = new Secret(
            name,
            {
                resourceGroupName: resourceGroup,
                vaultName: vault.name,
                secretName,
                properties: { value: pulumi.secret(text) },
                tags,
            },
            importing(secretOpts, claims, name),
        );
        created.push(secret);
    }
    return created;
}
