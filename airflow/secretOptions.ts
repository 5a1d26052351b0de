/** Options whose own name ends in `_secret`. The env var holds their value. */
const namedSecret = /__(JWT|CLIENT)_SECRET$/;
/** Ours go before these. */
const ours = /^AIRFLOW__(SECRETS|WORKERS)__/;

/**
 * Whether an environment variable tells Airflow to read one of its own options from the secrets backend, e.g.
 * `AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_SECRET`.
 */
export function isSecretOption(variable: string): boolean {
    return (
        /^AIRFLOW__[A-Z0-9_]+__[A-Z0-9_]+_SECRET$/.test(variable) && !namedSecret.test(variable) && !ours.test(variable)
    );
}

/**
 * Returns what to say about such environment variables while the backend does not look for options.
 *
 * @param where where they were found: `container "scheduler" of Deployment "a"`
 */
export function secretOptionsWarning(variables: readonly string[], where: string): string {
    return (
        `${variables.join(", ")} on ${where}: Airflow does not find them in the secrets backend, since it does not look for ` +
        `options of its own configuration there, and uses their defaults. Write configPrefix in backend, or set the options ` +
        "without _SECRET."
    );
}
