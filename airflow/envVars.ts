/** The environment variables by which Airflow learns of a secrets backend (its configuration section `[secrets]`). */
export const BACKEND = "AIRFLOW__SECRETS__BACKEND";
export const BACKEND_KWARGS = "AIRFLOW__SECRETS__BACKEND_KWARGS";

/** Where AWS's own client library looks for its credential: a DAG's tasks find it there too. */
export const AWS_ACCESS_KEY_ID = "AWS_ACCESS_KEY_ID";
export const AWS_SECRET_ACCESS_KEY = "AWS_SECRET_ACCESS_KEY";
export const AWS_DEFAULT_REGION = "AWS_DEFAULT_REGION";

/** The same for Azure's. */
export const AZURE_CLIENT_ID = "AZURE_CLIENT_ID";
export const AZURE_TENANT_ID = "AZURE_TENANT_ID";
export const AZURE_CLIENT_SECRET = "AZURE_CLIENT_SECRET";

const aws = [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_DEFAULT_REGION, BACKEND, BACKEND_KWARGS] as const;

/** Names of the variables that each kind of backend sets. */
export const envNames = {
    vault: [BACKEND, BACKEND_KWARGS],
    "aws-secrets-manager": aws,
    "aws-parameter-store": aws,
    "gcp-secret-manager": [BACKEND, BACKEND_KWARGS],
    "azure-key-vault": [AZURE_CLIENT_ID, AZURE_TENANT_ID, AZURE_CLIENT_SECRET, BACKEND, BACKEND_KWARGS],
} as const;

/** A cloud whose own variables hold the credential: it becomes the identity of everything that runs in the Deployment. */
export interface CloudIdentity {
    readonly cloud: string;
    readonly kinds: readonly (keyof typeof envNames)[];
    readonly variables: readonly string[];
    /** What a task then acts as. */
    readonly principal: string;
}

export const cloudIdentities: readonly CloudIdentity[] = [
    {
        cloud: "AWS",
        kinds: ["aws-secrets-manager", "aws-parameter-store"],
        variables: [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY],
        principal: "user",
    },
    {
        cloud: "Azure",
        kinds: ["azure-key-vault"],
        variables: [AZURE_CLIENT_ID, AZURE_TENANT_ID, AZURE_CLIENT_SECRET],
        principal: "app",
    },
];
