import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import { AccessPolicy } from "@pulumi/azure-native/keyvault/accessPolicy";
import { Secret } from "@pulumi/azure-native/keyvault/secret";
import { Vault } from "@pulumi/azure-native/keyvault/vault";
import { Application } from "@pulumi/azuread/application";
import { ApplicationPassword } from "@pulumi/azuread/applicationPassword";
import { ServicePrincipal } from "@pulumi/azuread/servicePrincipal";
import * as pulumi from "@pulumi/pulumi";
import {
    azureKeyVaultClass,
    azureKwargs,
    azureRequirement,
    azureTestSecretNames,
    secretsUserRole,
    type AzureScope,
} from "../airflow/azureKeyVault";
import { AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_TENANT_ID, BACKEND, BACKEND_KWARGS } from "../airflow/envVars";
import { testSecretTexts } from "../airflow/testSecrets";
import { madeBy } from "./azureDeleted";
import { azureAdvices } from "./azureErrors";
import type { AzureAuthorization, AzureLogin, AzureVault } from "./azureSubscription";
import { withAdvice } from "./errorAdvice";
import { componentType, serviceName, stableUuid } from "./names";
import type { EnvVar, SecretsBackend } from "./secretsBackend";

export interface AzureKeyVaultBackendArgs extends AzureScope {
    /** Name of the resource group that holds the vault. */
    readonly resourceGroup: string;
    readonly authorization: AzureAuthorization;
    /** Life of the client secret, in days. A change takes effect with the next `generation`. */
    readonly clientSecretDays: number;
    /** A higher one makes a new client secret; the old one lives until the env vars have moved to it. */
    readonly generation: number;
    /** Whether to write the test variable and the two test connections. */
    readonly testSecrets: boolean;
    /** The vault and the login: see `findAzure`. */
    readonly vault: AzureVault;
    readonly login: AzureLogin;
}

const DAY_MS = 86_400_000;

/** Azure Key Vault: an app that can read one vault's secrets, and its client secret with an end. */
export class AzureKeyVaultBackend extends pulumi.ComponentResource implements SecretsBackend {
    readonly env: readonly EnvVar[];
    readonly requirement = azureRequirement;
    /** `Key Vault Secrets User` does; an access policy does not. */
    readonly mayListNames: boolean;
    readonly credentialEnds: pulumi.Output<string>;

    /** @param name the Deployment's name */
    constructor(name: string, args: AzureKeyVaultBackendArgs, opts?: pulumi.ComponentResourceOptions) {
        super(componentType("AzureKeyVaultBackend"), name, {}, opts);
        const { resourceGroup: resourceGroupName, login } = args;
        const { tenantId, subscriptionId, operatorId, vaultToken } = login;
        const vaultName = args.vault.name;
        const azureOpts = withAdvice(this, name, azureAdvices(vaultToken));
        // An app may only be managed by its owners, where the right to do so is narrow. The first to run is the owner.
        const owned = { ...azureOpts, ignoreChanges: ["owners"] };
        const owners = [operatorId];

        const vault = createVault();
        const inVault: pulumi.CustomResourceOptions =
            vault === undefined ? azureOpts : { ...azureOpts, dependsOn: [vault] };
        const app = new Application(
            `${name}-app`,
            { displayName: serviceName(pulumi.getStack(), name), owners, preventDuplicateNames: true },
            owned,
        );
        const principal = new ServicePrincipal(`${name}-principal`, { clientId: app.clientId, owners }, owned);
        const grant = args.authorization === "rbac" ? assignRole() : allow("grant", principal.objectId, ["get"]);
        const testSecrets = args.testSecrets ? createTestSecrets() : [];
        const clientSecret = new ApplicationPassword(
            `${name}-client-secret-${args.generation}`,
            {
                applicationId: app.id,
                displayName: `generation ${args.generation}`,
                endDate: endOf(args.clientSecretDays),
            },
            // The end is worked out once, when the secret is made. A Deployment never gets one that can read nothing yet,
            // and the credential goes before what it reads.
            { ...azureOpts, ignoreChanges: ["endDate"], dependsOn: [grant, ...testSecrets] },
        );
        warnOfStaleLife();
        this.mayListNames = args.authorization === "rbac";
        this.credentialEnds = clientSecret.endDate;
        this.env = [
            { name: AZURE_CLIENT_ID, secret: true, value: pulumi.secret(app.clientId) },
            { name: AZURE_TENANT_ID, secret: true, value: pulumi.secret(tenantId) },
            { name: AZURE_CLIENT_SECRET, secret: true, value: pulumi.secret(clientSecret.value) },
            { name: BACKEND, secret: false, value: pulumi.output(azureKeyVaultClass) },
            {
                name: BACKEND_KWARGS,
                secret: false,
                value: pulumi.output(JSON.stringify(azureKwargs(args, vaultName))),
            },
        ];
        this.registerOutputs({ credentialEnds: this.credentialEnds });

        function createVault(): Vault | undefined {
            if (args.vault.create === undefined) {
                return undefined;
            }
            const { location, recover } = args.vault.create;
            const properties = {
                tenantId,
                sku: { family: "A", name: "standard" as const },
                enableRbacAuthorization: args.authorization === "rbac",
                ...(recover ? { createMode: "recover" as const } : {}),
            };
            // Recovered once, it is not to be recovered ever after.
            const options = { ...azureOpts, ignoreChanges: ["properties.createMode"] };
            return new Vault(`${name}-vault`, { vaultName, resourceGroupName, location, properties }, options);
        }

        function allow(role: string, objectId: pulumi.Input<string>, secrets: string[], ignoreChanges: string[] = []) {
            const policy = { tenantId, objectId, permissions: { secrets } };
            return new AccessPolicy(
                `${name}-${role}`,
                { resourceGroupName, vaultName, policy },
                // The provider would change the new principal's policy, which is not there yet.
                { ...inVault, ignoreChanges, replaceOnChanges: ["policy.objectId"] },
            );
        }

        function assignRole(): RoleAssignment {
            const subscription = `/subscriptions/${subscriptionId}`;
            const keyVault = `${subscription}/resourceGroups/${resourceGroupName}/providers/Microsoft.KeyVault`;
            const scope = `${keyVault}/vaults/${vaultName}`;
            return new RoleAssignment(
                `${name}-grant`,
                {
                    scope,
                    roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${secretsUserRole.id}`,
                    principalId: principal.objectId,
                    // Without it Azure looks for a principal that its directory may not know everywhere yet.
                    principalType: "ServicePrincipal",
                    roleAssignmentName: principal.objectId.apply((id) =>
                        stableUuid(`${scope} ${secretsUserRole.id} ${id}`),
                    ),
                },
                inVault,
            );
        }

        function warnOfStaleLife(): void {
            pulumi.all([clientSecret.startDate, clientSecret.endDate]).apply(([start, end]) => {
                const days = Math.round((Date.parse(end) - Date.parse(start)) / DAY_MS);
                if (Number.isFinite(days) && days !== args.clientSecretDays) {
                    void pulumi.log.warn(
                        `clientSecretDays is ${args.clientSecretDays} now, but the client secret was made for ${days} days ` +
                            `and keeps that. For one with the new life set generation: ${args.generation + 1}.`,
                        clientSecret,
                    );
                }
            });
        }

        function createTestSecrets(): Secret[] {
            // Secrets are written through Azure Resource Manager, but deleted in the vault itself, by whoever may there.
            const operator =
                vault !== undefined && args.authorization === "access-policy"
                    ? allow("operator", operatorId, ["get", "delete", "purge"], ["policy.objectId"])
                    : undefined;
            const names = azureTestSecretNames(args);
            return testSecretTexts.map(
                ({ role, text }, index) =>
                    new Secret(
                        `${name}-${role}`,
                        {
                            resourceGroupName,
                            vaultName,
                            secretName: names[index] ?? "",
                            properties: { value: pulumi.secret(text) },
                            tags: madeBy,
                        },
                        operator === undefined ? inVault : { ...azureOpts, dependsOn: [operator] },
                    ),
            );
        }
    }
}

/** RFC 3339 as Microsoft Graph gives it back: whole seconds. */
function endOf(days: number): string {
    return new Date(Date.now() + days * DAY_MS).toISOString().replace(/\.\d+Z$/, "Z");
}
