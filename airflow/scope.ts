/** Where a Deployment's secrets are stored, in services whose secret names start with a prefix. */
export interface Scope {
    /** Part of both prefixes. Without a scope, the prefixes are those of Astronomer's guide. */
    readonly scope?: string | undefined;
    /** Replaces the prefix that is built from the scope. */
    readonly variablesPrefix?: string | undefined;
    /** Replaces the prefix that is built from the scope. */
    readonly connectionsPrefix?: string | undefined;
    /** Where Airflow looks for options of its own configuration. Default: it does not. */
    readonly configPrefix?: string | undefined;
}

/** A scope for services with a configurable separator between prefix and key. */
export interface SeparatedScope extends Scope {
    readonly sep: string;
}

/** Prefixes of secret names. A name is `<prefix of its kind><sep><key>`. */
export interface Prefixes {
    readonly variables: string;
    readonly connections: string;
    readonly config?: string;
    /** Separator between a prefix and a key. */
    readonly sep: string;
}

/** Whether a secret is an Airflow variable or a connection. */
export type SecretKind = "variables" | "connections";

/** Returns the two prefixes of a scope: those that the config sets, otherwise the result of `standard`. */
export function prefixesOf(scope: Scope, sep: string, standard: (kind: SecretKind) => string): Prefixes {
    return {
        variables: scope.variablesPrefix ?? standard("variables"),
        connections: scope.connectionsPrefix ?? standard("connections"),
        ...(scope.configPrefix === undefined ? {} : { config: scope.configPrefix }),
        sep,
    };
}

/** Returns the prefixes for services whose secret names are not paths. Default: `<scope>-airflow-variables`. */
export function flatPrefixes(scope: SeparatedScope): Prefixes {
    const scopePrefix = scope.scope === undefined ? "" : `${scope.scope}-`;
    return prefixesOf(scope, scope.sep, (kind) => `${scopePrefix}airflow-${kind}`);
}

/** Returns how the names of all secrets of a kind begin. */
export function namePrefix(prefixes: Prefixes, kind: SecretKind): string {
    return `${prefixes[kind]}${prefixes.sep}`;
}

/** Returns the keys of the secrets of a kind that are among these names. */
export function keysBelow(
    prefixes: Prefixes,
    kind: SecretKind,
    names: readonly string[],
): { readonly kind: SecretKind; readonly key: string }[] {
    const prefix = namePrefix(prefixes, kind);
    return names.flatMap((name) => (name.startsWith(prefix) ? { kind, key: name.slice(prefix.length) } : []));
}

/** Returns the name prefixes, separator included, of all secrets that a Deployment may read. */
export function namePrefixes(prefixes: Prefixes): [string, string, ...string[]] {
    const { config, sep } = prefixes;
    const options = config === undefined ? [] : [`${config}${sep}`];
    return [namePrefix(prefixes, "variables"), namePrefix(prefixes, "connections"), ...options];
}

/** Returns the name of the secret that Airflow reads for a key. */
export function secretName(prefixes: Prefixes, kind: SecretKind, key: string): string {
    return `${namePrefix(prefixes, kind)}${key}`;
}
