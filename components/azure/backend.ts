import { Application } from "@pulumi/azuread/application";
import { ServicePrincipal } from "@pulumi/azuread/servicePrincipal";
import * as pulumi from "@pulumi/pulumi";
import { azureKwargs, type AzureScope } from "./airflow";
import type { AppLogin } from "./appLogin";
import { createClientSecret } from "./clientSecret";
import {
    createTestSecrets,
    createVault,
    grantReadAccess,
    operatorPolicy,
    type DeploymentVaultArgs,
} from "./deploymentVault";
import { azureErrorAdvice } from "./errors";
import { trustPods } from "./federatedCredentials";
import { withErrorAdvice } from "../errorAdvice";
import { componentType } from "../componentType";
import { importing } from "../existing";
import { markLines, marksOf } from "../marks";
import { identityResource, serviceName } from "../names";
import type { Current } from "../owner";
import type { EnvVar, SecretsBackend } from "../backend";

export interface AzureKeyVaultBackendArgs extends AzureScope, DeploymentVaultArgs {
    readonly appLogin: AppLogin;
    /** Whether to create the test variable and the two test connections. */
    readonly testSecrets: boolean;
}

/** Azure Key Vault: an app registration that can read a vault's secrets, and what a Deployment logs in to it with. */
export class AzureKeyVaultBackend extends pulumi.ComponentResource implements SecretsBackend {
    readonly env: readonly EnvVar[];
    readonly hooks: pulumi.ResourceHookBinding;
    readonly store: readonly pulumi.Resource[];
    readonly requirement: string;
    /** True with the role `Key Vault Secrets User`, false with an access policy. */
    readonly mayListNames: boolean;
    readonly credentialEnds: pulumi.Output<string> | undefined;

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
        // A Deployment must not get a login that cannot read anything yet, and it is deleted before the test secrets that
        // it reads.
        const context = {
            app,
            tenantId,
            kwargs: (login: object) => JSON.stringify(azureKwargs(args, args.vault.name, login)),
            opts: { ...azureOpts, dependsOn: [grant, ...testSecrets] },
        };
        const { appLogin, claims } = args;
        const login =
            appLogin.kind === "client-secret"
                ? createClientSecret(current, appLogin, context)
                : trustPods(current, appLogin, claims, context);
        this.env = login.env;
        this.requirement = login.requirement;
        this.credentialEnds = login.credentialEnds;
        this.mayListNames = args.authorization === "rbac";
        this.store = [vault, operator].filter((each) => each !== undefined);
        this.hooks = azureOpts.hooks;
        this.registerOutputs({ credentialEnds: this.credentialEnds });
    }
}
