import { ApplicationPassword } from "@pulumi/azuread/applicationPassword";
import * as pulumi from "@pulumi/pulumi";
import { AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_TENANT_ID, BACKEND, BACKEND_KWARGS } from "../../airflow/envVars";
import { DAY_MS } from "../../config/duration";
import type { EnvVar } from "../backend";
import { credentialResource } from "../names";
import type { Current } from "../owner";
import { azureKeyVaultClass, azureRequirements } from "./airflow";
import type { ClientSecretLogin, CreatedLogin, LoginContext } from "./appLogin";

/** Creates a client secret, which expires, and returns the env vars with which Airflow logs in with it. */
export function createClientSecret(
    current: Current,
    { clientSecretDays, credentialIn }: ClientSecretLogin,
    context: LoginContext,
): CreatedLogin {
    const { app, opts } = context;
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
    return {
        env: credentialIn === "kwargs" ? inKwargs(context, clientSecret) : inEnvironment(context, clientSecret),
        requirement: azureRequirements[credentialIn],
        credentialEnds: clientSecret.endDate,
    };
}

const backend = (): EnvVar => ({ name: BACKEND, secret: false, value: pulumi.output(azureKeyVaultClass) });

function inKwargs({ app, tenantId, kwargs }: LoginContext, clientSecret: ApplicationPassword): EnvVar[] {
    const all = pulumi
        .all([app.clientId, clientSecret.value])
        .apply(([client_id, client_secret]) => kwargs({ tenant_id: tenantId, client_id, client_secret }));
    return [backend(), { name: BACKEND_KWARGS, secret: true, value: pulumi.secret(all) }];
}

function inEnvironment({ app, tenantId, kwargs }: LoginContext, clientSecret: ApplicationPassword): EnvVar[] {
    return [
        { name: AZURE_CLIENT_ID, secret: true, value: pulumi.secret(app.clientId) },
        { name: AZURE_TENANT_ID, secret: true, value: pulumi.secret(tenantId) },
        { name: AZURE_CLIENT_SECRET, secret: true, value: pulumi.secret(clientSecret.value) },
        backend(),
        { name: BACKEND_KWARGS, secret: false, value: pulumi.output(kwargs({})) },
    ];
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
