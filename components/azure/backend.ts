import { Application } from "@pulumi/azuread/application";
import { ApplicationPassword } from "@pulumi/azuread/applicationPassword";
import { ServicePrincipal } from "@pulumi/azuread/servicePrincipal";
import * as pulumi from "@pulumi/pulumi";
import { azureKeyVaultClass, azureKwargs, azureRequirement, type AzureScope } from "./airflow";
import { AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_TENANT_ID, BACKEND, BACKEND_KWARGS } from "../../airflow/envVars";
import {
    createTestSecrets,
    createVault,
    grantReadAccess,
    operatorPolicy,
    type DeploymentVaultArgs,
} from "./deploymentVault";
import { azureErrorAdvice } from "./errors";
import { DAY_MS } from "../../config/duration";
import { withErrorAdvice } from "../errorAdvice";
import { componentType } from "../componentType";
import { importing } from "../existing";
import { markLines, marksOf } from "../marks";
import { credentialResource, identityResource, serviceName } from "../names";
import type { Current } from "../owner";
import type { EnvVar, SecretsBackend } from "../backend";

export interface AzureKeyVaultBackendArgs extends AzureScope, DeploymentVaultArgs {
    /** Lifetime of the client secret, in days. A change takes effect with the next rotation. */
    readonly clientSecretDays: number;
    /** Whether to create the test variable and the two test connections. */
    readonly testSecrets: boolean;
}

/** Azure Key Vault: an app registration that can read a vault's secrets, and its client secret, which expires. */
export class AzureKeyVaultBackend extends pulumi.ComponentResource implements SecretsBackend {
    readonly env: readonly EnvVar[];
    readonly hooks: pulumi.ResourceHookBinding;
    readonly store: readonly pulumi.Resource[];
    readonly requirement = azureRequirement;
    /** True with the role `Key Vault Secrets User`, false with an access policy. */
    readonly mayListNames: boolean;
    readonly credentialEnds: pulumi.Output<string>;

    constructor(current: Current, args: AzureKeyVaultBackendArgs, opts?: pulumi.ComponentResourceOptions) {
        const name = current.owner.deployment;
        super(componentType("AzureKeyVaultBackend"), name, {}, opts);
        const { operatorId, tenantId, vaultToken } = args.login;
        const azureOpts = withErrorAdvice(this, name, azureErrorAdvice(current.owner, vaultToken));
        // With `Application.ReadWrite.OwnedBy`, only an owner can manage the app. Whoever runs `up` first becomes the
        // owner.
        const ownedOpts = { ...azureOpts, ignoreChanges: ["owners"] };
        const owners = [operatorId];
        const vault = createVault(current, args, azureOpts);
        const appResource = identityResource(current, "app");
        const app = new Application(
            appResource,
            {
                displayName: serviceName(current.owner, current.identity),
                // An app has no tags with values.
                notes: markLines(marksOf(current.owner, false)).join("\n"),
                owners,
                preventDuplicateNames: true,
            },
            importing(ownedOpts, args.claims, appResource),
        );
        // A service principal of our app is ours. With `useExisting`, it is adopted after an interrupted `up`, and the
        // provider reports no error if it no longer exists when it is to be deleted.
        const principal = new ServicePrincipal(
            identityResource(current, "principal"),
            { clientId: app.clientId, owners, useExisting: true },
            ownedOpts,
        );
        // Azure allows one change of a vault at a time and refuses others, so each change waits for the previous one.
        const afterVault = vault === undefined ? azureOpts : { ...azureOpts, dependsOn: [vault] };
        const grant = grantReadAccess(identityResource(current, "grant"), args, principal.objectId, afterVault);
        const afterGrant = { ...azureOpts, dependsOn: [grant] };
        const operator = args.testSecrets ? operatorPolicy(current, args, afterGrant) : undefined;
        const beforeSecrets = operator === undefined ? afterGrant : { ...azureOpts, dependsOn: [operator] };
        const testSecrets = args.testSecrets ? createTestSecrets(current, args, beforeSecrets) : [];
        const clientSecret = new ApplicationPassword(
            credentialResource(current, "client-secret"),
            {
                applicationId: app.id,
                displayName: `generation ${current.generation}`,
                endDate: expiryDate(args.clientSecretDays),
            },
            // The end date is calculated once, when the secret is created. `dependsOn`: a Deployment must not get a
            // credential that cannot read anything yet, and the credential is deleted before the test secrets that it
            // reads. `deletedWith`: the provider cannot delete a client secret that no longer exists.
            { ...azureOpts, ignoreChanges: ["endDate"], dependsOn: [grant, ...testSecrets], deletedWith: app },
        );
        warnIfLifetimeChanged(clientSecret, args);
        this.mayListNames = args.authorization === "rbac";
        this.credentialEnds = clientSecret.endDate;
        this.store = [vault, operator].filter((each) => each !== undefined);
        this.hooks = azureOpts.hooks;
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

function warnIfLifetimeChanged(
    clientSecret: ApplicationPassword,
    { clientSecretDays }: AzureKeyVaultBackendArgs,
): void {
    pulumi.all([clientSecret.startDate, clientSecret.endDate]).apply(([start, end]) => {
        const days = Math.round((Date.parse(end) - Date.parse(start)) / DAY_MS);
        if (Number.isFinite(days) && days !== clientSecretDays) {
            void pulumi.log.warn(
                `clientSecretDays is ${clientSecretDays} now, but the client secret was created for ${days} days and ` +
                    "keeps that lifetime. The next rotation creates one with the new lifetime.",
                clientSecret,
            );
        }
    });
}

/** Returns the date as RFC 3339 in whole seconds, as Microsoft Graph returns it. */
function expiryDate(days: number): string {
    return new Date(Date.now() + days * DAY_MS).toISOString().replace(/\.\d+Z$/, "Z");
}
