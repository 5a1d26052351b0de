const PREFIX = "airflow-secrets-backends:index:";

/** Returns the type token of one of this project's components. */
export const componentType = (name: string): string => `${PREFIX}${name}`;

/** Returns the name of the component with that type token; `undefined` if the type is not one of this project's. */
export function componentName(type: string): string | undefined {
    return type.startsWith(PREFIX) ? type.slice(PREFIX.length) : undefined;
}
