/**
 * Names of environment variables that Houston rejects. They are checked in advance: otherwise Houston would reject all
 * environment variables of the Deployment in the middle of an `up`.
 */

const NAME = /^(?!_+$)[A-Z_][A-Z0-9_]*$/;

/** Environment variables that Astronomer sets and nobody can override. An installation may reserve more. */
const reserved: ReadonlySet<string> = new Set([
    "AIRFLOW__CORE__EXECUTOR",
    "AIRFLOW__CORE__SQL_ALCHEMY_CONN",
    "AIRFLOW__CORE__LOAD_EXAMPLES",
    "AIRFLOW__CORE__FERNET_KEY",
    "AIRFLOW__WEBSERVER__BASE_URL",
    "AIRFLOW__CELERY__BROKER_URL",
    "AIRFLOW__CELERY__RESULT_BACKEND",
    "AIRFLOW__CELERY__DEFAULT_QUEUE",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC",
    "AIRFLOW__SCHEDULER__STATSD_ON",
    "AIRFLOW__SCHEDULER__STATSD_HOST",
    "AIRFLOW__SCHEDULER__STATSD_PORT",
    "AIRFLOW__SCHEDULER__STATSD_PREFIX",
    "AIRFLOW__KUBERNETES__NAMESPACE",
]);

/** Returns why Houston would reject an environment variable with this name; `undefined` if it would accept it. */
export function keyProblem(key: string): string | undefined {
    if (reserved.has(key)) {
        return `${key} is reserved: Astronomer sets it itself. Use a backend that does not need it`;
    }
    return NAME.test(key)
        ? undefined
        : `${JSON.stringify(key)} is not a valid environment variable name: A-Z, 0-9 and _ only`;
}
