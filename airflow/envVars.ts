/** The environment variables by which Airflow learns of a secrets backend (its configuration section `[secrets]`). */
export const BACKEND = "AIRFLOW__SECRETS__BACKEND";
export const BACKEND_KWARGS = "AIRFLOW__SECRETS__BACKEND_KWARGS";

/** Names of the variables that each kind of backend sets. */
export const envNames = {
    vault: [BACKEND, BACKEND_KWARGS],
} as const;
