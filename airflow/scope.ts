/** Where a Deployment's secrets are, in stores whose names begin with a prefix: a scope, or prefixes in its stead. */
export interface Scope {
    /** Part of both prefixes; without it they are the guide's. */
    readonly scope?: string | undefined;
    /** In place of the one made of the scope. */
    readonly variablesPrefix?: string | undefined;
    /** In place of the one made of the scope. */
    readonly connectionsPrefix?: string | undefined;
}

/** A scope where the config also says what stands between a prefix and a key. */
export interface SeparatedScope extends Scope {
    readonly sep: string;
}

/** The name of a Deployment's secrets begins with its kind's prefix and the separator. */
export interface Prefixes {
    readonly variables: string;
    readonly connections: string;
    /** Between a prefix and a key. */
    readonly sep: string;
}

/** What a key is the key of. */
export type SecretKind = "variables" | "connections";

/** The scope's two prefixes: those it names itself, else what `standard` makes. */
export function prefixesOf(scope: Scope, sep: string, standard: (kind: SecretKind) => string): Prefixes {
    return {
        variables: scope.variablesPrefix ?? standard("variables"),
        connections: scope.connectionsPrefix ?? standard("connections"),
        sep,
    };
}

/** The same in stores whose names are no paths: `<scope>-airflow-variables`. */
export function flatPrefixes(scope: SeparatedScope): Prefixes {
    const before = scope.scope === undefined ? "" : `${scope.scope}-`;
    return prefixesOf(scope, scope.sep, (kind) => `${before}airflow-${kind}`);
}

/** The beginnings of the names of all secrets that a Deployment may read. */
export function namePrefixes({ variables, connections, sep }: Prefixes): [string, string] {
    return [`${variables}${sep}`, `${connections}${sep}`];
}

/** The name under which Airflow looks for a key. */
export function secretName(prefixes: Prefixes, kind: SecretKind, key: string): string {
    return `${prefixes[kind]}${prefixes.sep}${key}`;
}
