/** Whether a secret is an Airflow variable or a connection. */
export type SecretKind = "variables" | "connections";

/** Where a Deployment's secrets are stored, in services whose secret names start with a prefix. */
export interface Scope {
    /** Part of both prefixes. Without a scope, the prefixes are those of Astronomer's guide. */
    readonly scope?: string | undefined;
    /** Replaces the prefix that is built from the scope. */
    readonly variablesPrefix?: string | undefined;
    /** Replaces the prefix that is built from the scope. */
    readonly connectionsPrefix?: string | undefined;
    /** Which of the two Airflow looks up in the backend. Default: both. */
    readonly only?: SecretKind | undefined;
    /** Where Airflow looks for options of its own configuration. Default: it does not. */
    readonly configPrefix?: string | undefined;
}

/** The keys of `backend` that decide what Airflow looks up, and under which names. Every kind of backend has them. */
export const scopeKeys = ["scope", "variablesPrefix", "connectionsPrefix", "only"] as const;

/** A scope for services with a configurable separator between prefix and key. */
export interface SeparatedScope extends Scope {
    readonly sep: string;
}

/** Prefixes of secret names. A name is `<prefix of its kind><sep><key>`. */
export interface Prefixes {
    /** `undefined` if Airflow does not look up variables. */
    readonly variables?: string | undefined;
    /** `undefined` if Airflow does not look up connections. */
    readonly connections?: string | undefined;
    readonly config?: string;
    /** Separator between a prefix and a key. */
    readonly sep: string;
}

/** Returns whether Airflow looks up that kind in the backend. */
export function looksUp({ only }: Scope, kind: SecretKind): boolean {
    return only === undefined || only === kind;
}

/**
 * Returns the prefixes of a scope: those that the config sets, otherwise the result of `standard`; none for what Airflow
 * does not look up.
 */
export function prefixesOf(scope: Scope, sep: string, standard: (kind: SecretKind) => string): Prefixes {
    const { variablesPrefix, connectionsPrefix } = scope;
    return {
        ...(looksUp(scope, "variables") ? { variables: variablesPrefix ?? standard("variables") } : {}),
        ...(looksUp(scope, "connections") ? { connections: connectionsPrefix ?? standard("connections") } : {}),
        ...(scope.configPrefix === undefined ? {} : { config: scope.configPrefix }),
        sep,
    };
}

/** Returns the prefixes for services whose secret names are not paths. Default: `<scope>-airflow-variables`. */
export function flatPrefixes(scope: SeparatedScope): Prefixes {
    const scopePrefix = scope.scope === undefined ? "" : `${scope.scope}-`;
    return prefixesOf(scope, scope.sep, (kind) => `${scopePrefix}airflow-${kind}`);
}

/** How the names of all secrets of a kind begin. */
export interface KindPrefix {
    readonly kind: SecretKind;
    /** With the separator. */
    readonly prefix: string;
}

/** Returns what Airflow looks up: variables, connections or both. */
export function lookedUp(prefixes: Prefixes): KindPrefix[] {
    return (["variables", "connections"] as const).flatMap((kind) => {
        const prefix = prefixes[kind];
        return prefix === undefined ? [] : [{ kind, prefix: `${prefix}${prefixes.sep}` }];
    });
}

/** Returns the keys of the secrets that are among these names. */
export function keysBelow(
    prefixes: Prefixes,
    names: readonly string[],
): { readonly kind: SecretKind; readonly key: string }[] {
    return lookedUp(prefixes).flatMap(({ kind, prefix }) =>
        names.flatMap((name) => (name.startsWith(prefix) ? { kind, key: name.slice(prefix.length) } : [])),
    );
}

/** Returns the name prefixes, separator included, of all secrets that a Deployment may read. */
export function namePrefixes(prefixes: Prefixes): string[] {
    const { config, sep } = prefixes;
    const options = config === undefined ? [] : [`${config}${sep}`];
    return [...lookedUp(prefixes).map(({ prefix }) => prefix), ...options];
}

/**
 * Returns the name of the secret that Airflow reads for a key.
 *
 * @throws Error if Airflow does not look up that kind
 */
export function secretName(prefixes: Prefixes, kind: SecretKind, key: string): string {
    const found = lookedUp(prefixes).find((each) => each.kind === kind);
    if (found === undefined) {
        throw new Error(`Airflow does not look up ${kind} in this backend, so "${key}" has no name in it.`);
    }
    return `${found.prefix}${key}`;
}
