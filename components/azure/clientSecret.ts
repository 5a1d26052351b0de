import type { Application } from "@pulumi/azuread/application";
import { ApplicationPassword } from "@pulumi/azuread/applicationPassword";
import * as pulumi from "@pulumi/pulumi";
import { AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_TENANT_ID, BACKEND, BACKEND_KWARGS } from "../../airflow/envVars";
import { DAY_MS } from "../../config/duration";
import type { EnvVar } from "../backend";
import { credentialResource } from "../names";
import type { Current } from "../owner";
import { azureKeyVaultClass, azureKwargs, type AzureScope, type CredentialIn } from "./airflow";
import type { AzureLogin, AzureVault } from "./subscription";

export interface ClientSecretArgs extends AzureScope {
    /** Lifetime of the client secret, in days. A change takes effect with the next rotation. */
    readonly clientSecretDays: number;
    readonly credentialIn: CredentialIn;
    readonly vault: AzureVault;
    readonly login: AzureLogin;
}

/** Creates a client secret, which expires. */
export function createClientSecret(
    current: Current,
    { clientSecretDays }: ClientSecretArgs,
    app: Application,
    opts: pulumi.CustomResourceOptions,
): ApplicationPassword {
    const clientSecret = new ApplicationPassword(
        credentialResource(current, "client-secret"),
        {
            applicationId: app.id,
            displayName: `generation ${current.generation}`,
            endDate: expiryDate(clientSecretDays),
        },
        // The end date is calculated once, when the secret is created. `deletedWith`: the provider cannot delete a client
        // secret that no longer exists.
        { ...opts, ignoreChanges: ["endDate"], deletedWith: app },
    );
    warnIfLifetimeChanged(clientSecret, clientSecretDays);
    return clientSecret;
}

/** Returns the env vars with which Airflow logs in with the client secret. */
export function clientSecretEnv(
    args: ClientSecretArgs,
    { clientId }: Application,
    { value: clientSecret }: ApplicationPassword,
): readonly EnvVar[] {
    const { credentialIn, vault, login } = args;
    const backend = { name: BACKEND, secret: false, value: pulumi.output(azureKeyVaultClass) };
    if (credentialIn === "environment") {
        const kwargs = JSON.stringify(azureKwargs(args, vault.name, {}));
        return [
            { name: AZURE_CLIENT_ID, secret: true, value: pulumi.secret(clientId) },
            { name: AZURE_TENANT_ID, secret: true, value: pulumi.secret(login.tenantId) },
            { name: AZURE_CLIENT_SECRET, secret: true, value: pulumi.secret(clientSecret) },
            backend,
            { name: BACKEND_KWARGS, secret: false, value: pulumi.output(kwargs) },
        ];
    }
    const kwargs = pulumi.all([clientId, clientSecret]).apply(([client_id, client_secret]) => {
        return JSON.stringify(azureKwargs(args, vault.name, { tenant_id: login.tenantId, client_id, client_secret }));
    });
    return [backend, { name: BACKEND_KWARGS, secret: true, value: pulumi.secret(kwargs) }];
}

function warnIfLifetimeChanged(clientSecret: ApplicationPassword, clientSecretDays: number): void {
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
