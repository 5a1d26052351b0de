import type * as pulumi from "@pulumi/pulumi";
import type { AwsAccount } from "../components/aws/airflow";
import { AzureKeyVaultBackend, type AzureKeyVaultBackendArgs } from "../components/azure/backend";
import type { AzureLogin, AzureSurroundings, AzureVault, AzureVaultPlan } from "../components/azure/subscription";
import { GcpSecretManagerBackend, type GcpSecretManagerBackendArgs } from "../components/gcp/backend";
import { ParameterStoreBackend, type ParameterStoreBackendArgs } from "../components/aws/parameterStoreBackend";
import { SecretsManagerBackend, type SecretsManagerBackendArgs } from "../components/aws/secretsManagerBackend";
import type { SecretsBackend } from "../components/secretsBackend";
import { VaultBackend, type VaultBackendArgs } from "../components/vault/backend";

/** A backend as it is configured: its kind, and its component's args but for those that are the same for all. */
export type BackendPlan =
    | Plan<"vault", VaultBackendArgs>
    | Plan<"aws-secrets-manager", SecretsManagerBackendArgs>
    | Plan<"aws-parameter-store", ParameterStoreBackendArgs>
    | Plan<"gcp-secret-manager", GcpSecretManagerBackendArgs>
    | (Plan<"azure-key-vault", AzureKeyVaultBackendArgs> & AzureVaultPlan);

type Plan<Kind, Args> = Omit<Args, keyof Shared> & { readonly kind: Kind };

interface Shared {
    readonly testSecrets: boolean;
    readonly existingRole: string;
    readonly account: AwsAccount;
    readonly projectNumber: string;
    readonly vault: AzureVault;
    readonly login: AzureLogin;
}

/** What was found out once for the whole stack. */
export interface Surroundings {
    /** Ids of the AppRoles that Vault has already, by Deployment. */
    readonly roles: ReadonlyMap<string, string>;
    /** Known when a Deployment has its secrets in AWS. */
    readonly awsAccount: AwsAccount | undefined;
    /** Numbers of the Google projects that Deployments have their secrets in, by id. */
    readonly gcpProjectNumbers: ReadonlyMap<string, string>;
    /** Known when a Deployment has its secrets in Azure. */
    readonly azure: AzureSurroundings | undefined;
}

/** Makes the backend of that kind: the one place that knows which there are. */
export function createBackend(
    name: string,
    plan: BackendPlan,
    testSecrets: boolean,
    { roles, awsAccount, gcpProjectNumbers, azure }: Surroundings,
): SecretsBackend & pulumi.ComponentResource {
    switch (plan.kind) {
        case "vault":
            return new VaultBackend(name, { ...plan, testSecrets, existingRole: roles.get(name) });
        case "aws-secrets-manager":
            return new SecretsManagerBackend(name, {
                ...plan,
                testSecrets,
                account: known(awsAccount, "the AWS account"),
            });
        case "aws-parameter-store":
            return new ParameterStoreBackend(name, {
                ...plan,
                testSecrets,
                account: known(awsAccount, "the AWS account"),
            });
        case "gcp-secret-manager": {
            const projectNumber = known(gcpProjectNumbers.get(plan.project), `the number of project ${plan.project}`);
            return new GcpSecretManagerBackend(name, { ...plan, testSecrets, projectNumber });
        }
        case "azure-key-vault": {
            const { login, vaults } = known(azure, "the Azure subscription");
            const vault = known(vaults.get(name), `the Key Vault of ${name}`);
            return new AzureKeyVaultBackend(name, { ...plan, testSecrets, vault, login });
        }
    }
}

function known<T>(found: T | undefined, what: string): T {
    if (found === undefined) {
        throw new Error(`nobody has looked up ${what}: preflight does`);
    }
    return found;
}
