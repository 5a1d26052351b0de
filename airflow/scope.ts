/** Where a Deployment's secrets are, in stores whose names begin with a prefix: a scope, or prefixes in its stead. */
export interface Scope {
    /** Part of both prefixes; without it they are the guide's. */
    readonly scope?: string | undefined;
    /** In place of the one made of the scope. */
    readonly variablesPrefix?: string | undefined;
    /** In place of the one made of the scope. */
    readonly connectionsPrefix?: string | undefined;
}
