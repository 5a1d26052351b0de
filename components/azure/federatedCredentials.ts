import { ApplicationFederatedIdentityCredential } from "@pulumi/azuread/applicationFederatedIdentityCredential";
import * as pulumi from "@pulumi/pulumi";
import { AZURE_FEDERATED_TOKEN_FILE, BACKEND, BACKEND_KWARGS } from "../../airflow/envVars";
import type { Claims } from "../claims";
import { importing } from "../existing";
import { identityResource } from "../names";
import type { Current } from "../owner";
import { subjectsOf } from "../trustedPods";
import { azureKeyVaultClass, azureRequirements } from "./airflow";
import type { CreatedLogin, LoginContext, WorkloadIdentityLogin } from "./appLogin";
import { federatedCredentialName, TRUST_PART } from "./resources";

/**
 * Lets the pods log in to the app with their own tokens: one federated credential per service account. Returns the env
 * vars with which Airflow does so. Nothing in them is secret.
 */
export function trustPods(
    current: Current,
    { issuer, pods }: WorkloadIdentityLogin,
    claims: Claims | undefined,
    { app, tenantId, kwargs, opts }: LoginContext,
): CreatedLogin {
    const trusts: ApplicationFederatedIdentityCredential[] = [];
    for (const [index, subject] of subjectsOf(pods).entries()) {
        const number = index + 1;
        const name = identityResource(current, TRUST_PART, number);
        const inputs = {
            applicationId: app.id,
            displayName: federatedCredentialName(number),
            audiences: [pods.audience],
            issuer,
            subject,
        };
        // One after the other: Azure has lost some of several that were created at the same time.
        const dependsOn = trusts.at(-1) ?? opts.dependsOn ?? [];
        const trust = new ApplicationFederatedIdentityCredential(
            name,
            inputs,
            // `deletedWith`: the provider cannot delete one that no longer exists.
            importing({ ...opts, dependsOn, deletedWith: app }, claims, name),
        );
        trusts.push(trust);
    }
    // The env vars must not change before the app trusts all of the pods.
    const allKwargs = pulumi
        .all([app.clientId, ...trusts.map(({ id }) => id)])
        .apply(([clientId]) => kwargs({ managed_identity_client_id: clientId, workload_identity_tenant_id: tenantId }));
    return {
        env: [
            { name: AZURE_FEDERATED_TOKEN_FILE, secret: false, value: pulumi.output(pods.tokenFile) },
            { name: BACKEND, secret: false, value: pulumi.output(azureKeyVaultClass) },
            { name: BACKEND_KWARGS, secret: false, value: allKwargs },
        ],
        requirement: azureRequirements.workloadIdentity,
        credentialEnds: undefined,
    };
}
