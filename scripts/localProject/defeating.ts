/** Env vars with which Airflow looks up secrets elsewhere, whatever the backend. They take precedence over ours. */
const elsewhere = [/^AIRFLOW__SECRETS__BACKEND_KWARG__/, /^AIRFLOW__WORKERS__SECRETS_BACKEND/];

/** By the env var that holds a credential: env vars that its SDK would combine with it or use instead. */
const besides: Readonly<Record<string, readonly string[]>> = {
    AWS_ACCESS_KEY_ID: ["AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"],
};

/** Whether Airflow could not use a Deployment's env vars if this one were set besides. */
export function defeats(name: string, envVars: Readonly<Record<string, string>>): boolean {
    return (
        elsewhere.some((pattern) => pattern.test(name)) ||
        Object.entries(besides).some(
            ([credential, names]) => Object.hasOwn(envVars, credential) && names.includes(name),
        )
    );
}
