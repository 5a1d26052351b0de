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
