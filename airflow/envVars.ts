/** The environment variables that configure Airflow's secrets backend (section `[secrets]` of its configuration). */
export const BACKEND = "AIRFLOW__SECRETS__BACKEND";
export const BACKEND_KWARGS = "AIRFLOW__SECRETS__BACKEND_KWARGS";

/** The environment variables from which the AWS SDK takes its credential. A DAG's tasks can use that credential too. */
export const AWS_ACCESS_KEY_ID = "AWS_ACCESS_KEY_ID";
export const AWS_SECRET_ACCESS_KEY = "AWS_SECRET_ACCESS_KEY";
export const AWS_DEFAULT_REGION = "AWS_DEFAULT_REGION";

/** The same for the Azure SDK. */
export const AZURE_CLIENT_ID = "AZURE_CLIENT_ID";
export const AZURE_TENANT_ID = "AZURE_TENANT_ID";
export const AZURE_CLIENT_SECRET = "AZURE_CLIENT_SECRET";

/** Path of the file with the pods' token, for a login to Azure without a stored credential. */
export const AZURE_FEDERATED_TOKEN_FILE = "AZURE_FEDERATED_TOKEN_FILE";
