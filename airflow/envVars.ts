/** The environment variables by which Airflow learns of a secrets backend (its configuration section `[secrets]`). */
export const BACKEND = "AIRFLOW__SECRETS__BACKEND";
export const BACKEND_KWARGS = "AIRFLOW__SECRETS__BACKEND_KWARGS";

/** Where AWS's own client library looks for its credential: a DAG's tasks find it there too. */
export const AWS_ACCESS_KEY_ID = "AWS_ACCESS_KEY_ID";
export const AWS_SECRET_ACCESS_KEY = "AWS_SECRET_ACCESS_KEY";
export const AWS_DEFAULT_REGION = "AWS_DEFAULT_REGION";

const aws = [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_DEFAULT_REGION, BACKEND, BACKEND_KWARGS] as const;

/** Names of the variables that each kind of backend sets. */
export const envNames = {
    vault: [BACKEND, BACKEND_KWARGS],
    "aws-secrets-manager": aws,
    "aws-parameter-store": aws,
    "gcp-secret-manager": [BACKEND, BACKEND_KWARGS],
} as const;

/** The kinds whose variables become the identity of everything that runs in the Deployment. */
export const identityOfDags: ReadonlySet<keyof typeof envNames> = new Set([
    "aws-secrets-manager",
    "aws-parameter-store",
]);
