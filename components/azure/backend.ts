import { Application } from "@pulumi/azuread/application";
import { ApplicationPassword } from "@pulumi/azuread/applicationPassword";
import { ServicePrincipal } from "@pulumi/azuread/servicePrincipal";
import * as pulumi from "@pulumi/pulumi";
import { azureKeyVaultClass, azureKwargs, azureRequirement, type AzureScope } from "./airflow";
import { AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_TENANT_ID, BACKEND, BACKEND_KWARGS } from "../../airflow/envVars";
import { azureTestSecrets, createVault, grantReading, type DeploymentVaultArgs } from "./deploymentVault";
import { azureAdvices } from "./errors";
import { withAdvice } from "../errorAdvice";
import { componentType, serviceName } from "../names";
import type { EnvVar, SecretsBackend } from "../backend";

export interface AzureKeyVaultBackendArgs extends AzureScope, DeploymentVaultArgs {
    /** Life of the client secret, in days. A change takes effect with the next `generation`. */
    readonly clientSecretDays: number;
    /** A higher one makes a new client secret; the old one lives until the env vars have moved to it. */
    readonly generation: number;
    /** Whether to write the test variable and the two test connections. */
    readonly testSecrets: boolean;
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
        const { operatorId, tenantId, vaultToken } = args.login;
        const azureOpts = withAdvice(this, name, azureAdvices(vaultToken));
        // An app may only be managed by its owners, where the right to do so is narrow. The first to run is the owner.
        const owned = { ...azureOpts, ignoreChanges: ["owners"] };
        const owners = [operatorId];
        // The provider would delete first whatever it replaces, and Airflow lose its secrets before its env vars have moved.
        const vaultOpts = { ...azureOpts, deleteBeforeReplace: false };

        const vault = createVault(name, args, vaultOpts);
        const app = new Application(
            `${name}-app`,
            { displayName: serviceName(pulumi.getStack(), name), owners, preventDuplicateNames: true },
            owned,
        );
        // One of an app of ours is ours: it is taken over after an up that broke off, and when it is deleted the provider
        // takes no notice of its being gone.
        const principal = new ServicePrincipal(
            `${name}-principal`,
            { clientId: app.clientId, owners, useExisting: true },
            owned,
        );
        // Azure takes one change of a vault at a time, and refuses others meanwhile: each waits for the one before.
        const afterVault = vault === undefined ? vaultOpts : { ...vaultOpts, dependsOn: [vault] };
        const grant = grantReading(name, args, principal.objectId, afterVault);
        const afterGrant = { ...vaultOpts, dependsOn: [grant] };
        const testSecrets = args.testSecrets ? azureTestSecrets(name, args, afterGrant) : [];
        const clientSecret = new ApplicationPassword(
            `${name}-client-secret-${args.generation}`,
            {
                applicationId: app.id,
                displayName: `generation ${args.generation}`,
                endDate: endOf(args.clientSecretDays),
            },
            // The end is worked out once, when the secret is made. A Deployment never gets one that can read nothing yet,
            // and the credential goes before what it reads, and with its app: the provider cannot delete one that is gone.
            { ...azureOpts, ignoreChanges: ["endDate"], dependsOn: [grant, ...testSecrets], deletedWith: app },
        );
        warnOfStaleLife(clientSecret, args);
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
                value: pulumi.output(JSON.stringify(azureKwargs(args, args.vault.name))),
            },
        ];
        this.registerOutputs({ credentialEnds: this.credentialEnds });
    }
}

function warnOfStaleLife(
    clientSecret: ApplicationPassword,
    { clientSecretDays, generation }: AzureKeyVaultBackendArgs,
): void {
    pulumi.all([clientSecret.startDate, clientSecret.endDate]).apply(([start, end]) => {
        const days = Math.round((Date.parse(end) - Date.parse(start)) / DAY_MS);
        if (Number.isFinite(days) && days !== clientSecretDays) {
            void pulumi.log.warn(
                `clientSecretDays is ${clientSecretDays} now, but the client secret was made for ${days} days ` +
                    `and keeps that. For one with the new life set generation: ${generation + 1}.`,
                clientSecret,
            );
        }
    });
}

/** RFC 3339 as Microsoft Graph gives it back: whole seconds. */
function endOf(days: number): string {
    return new Date(Date.now() + days * DAY_MS).toISOString().replace(/\.\d+Z$/, "Z");
}
