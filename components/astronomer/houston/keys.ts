/** The names that Houston refuses: it would refuse the whole set in the middle of an `up`. */

const NAME = /^(?!_+$)[A-Z_][A-Z0-9_]*$/;

/** What the platform sets itself and lets nobody override; an installation may have more. */
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

/** Why Houston would refuse a variable of this name; nothing where it would not. */
export function refusedKey(key: string): string | undefined {
    if (reserved.has(key)) {
        return `${key} is reserved: Astronomer sets it itself`;
    }
    return NAME.test(key) ? undefined : `${JSON.stringify(key)} is no name for a variable: A-Z, 0-9 and _ only`;
}
