/** An environment variable that, if somebody else sets it, keeps Airflow from reading with ours. */
export interface OverridingVariable {
    /** Its name. A `*` at the end stands for any rest. */
    readonly name: string;
    /** What it does: the rest of a sentence. */
    readonly effect: string;
    /** Values with which it does nothing. They are compared in lower case. */
    readonly harmless?: readonly string[];
}

/** What overrides ours, whatever the backend is. */
export const overridesAirflow: readonly OverridingVariable[] = [
    {
        name: "AIRFLOW__SECRETS__BACKEND_KWARG__*",
        effect: "since Airflow 3.2 it replaces one of the values in AIRFLOW__SECRETS__BACKEND_KWARGS",
    },
    {
        name: "AIRFLOW__WORKERS__SECRETS_BACKEND*",
        effect: "since Airflow 3.0 workers use it in place of AIRFLOW__SECRETS__BACKEND and AIRFLOW__SECRETS__BACKEND_KWARGS",
        harmless: [""],
    },
];

/**
 * Returns what an environment variable overrides; `undefined` if it overrides nothing.
 *
 * @param value `undefined` if it is not known
 */
export function overridingVariable(
    list: readonly OverridingVariable[],
    variable: string,
    value: string | undefined,
): OverridingVariable | undefined {
    const found = list.find(({ name }) =>
        name.endsWith("*") ? variable.startsWith(name.slice(0, -1)) : variable === name,
    );
    const isHarmless = value !== undefined && found?.harmless?.includes(value.trim().toLowerCase()) === true;
    return isHarmless ? undefined : found;
}
