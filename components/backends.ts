import type * as pulumi from "@pulumi/pulumi";
import type { AwsAccount } from "../airflow/aws";
import { ParameterStoreBackend, type ParameterStoreBackendArgs } from "./parameterStoreBackend";
import { SecretsManagerBackend, type SecretsManagerBackendArgs } from "./secretsManagerBackend";
import type { SecretsBackend } from "./secretsBackend";
import { VaultBackend, type VaultBackendArgs } from "./vaultBackend";

/** A backend as it is configured: its kind, and its component's args but for those that are the same for all. */
export type BackendPlan =
    | Plan<"vault", VaultBackendArgs>
    | Plan<"aws-secrets-manager", SecretsManagerBackendArgs>
    | Plan<"aws-parameter-store", ParameterStoreBackendArgs>;

type Plan<Kind, Args> = Omit<Args, keyof Shared> & { readonly kind: Kind };

interface Shared {
    readonly testSecrets: boolean;
    readonly account: AwsAccount;
}

/** What was found out once for the whole stack. */
export interface Surroundings {
    /** Known when a Deployment has its secrets in AWS. */
    readonly awsAccount: AwsAccount | undefined;
}

/** Makes the backend of that kind: the one place that knows which there are. */
export function createBackend(
    name: string,
    plan: BackendPlan,
    testSecrets: boolean,
    { awsAccount }: Surroundings,
): SecretsBackend & pulumi.ComponentResource {
    switch (plan.kind) {
        case "vault":
            return new VaultBackend(name, { ...plan, testSecrets });
        case "aws-secrets-manager":
            return new SecretsManagerBackend(name, { ...plan, testSecrets, account: known(awsAccount) });
        case "aws-parameter-store":
            return new ParameterStoreBackend(name, { ...plan, testSecrets, account: known(awsAccount) });
    }
}

function known(account: AwsAccount | undefined): AwsAccount {
    if (account === undefined) {
        throw new Error("a backend of AWS needs the account: preflight looks it up");
    }
    return account;
}
