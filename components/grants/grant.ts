import { covers } from "./pattern";

/** A permission: an action on a resource. */
export interface Grant {
    /** A pattern, see `covers`. */
    readonly action: string;
    /** A pattern of the resources that the action is allowed on. */
    readonly resource: string;
    /** A condition that limits the grant, in the cloud's own syntax. */
    readonly condition?: string | undefined;
}

/** The grants of a resource. */
export interface Granted {
    readonly grants: readonly Grant[];
    /** Who the permissions are granted to, as the resource says; `undefined` if it names nobody. */
    readonly holder?: unknown;
}

/** Returns the grants in `now` that no single grant in `before` provably covers. */
export function addedGrants(before: readonly Grant[], now: readonly Grant[]): Grant[] {
    return now.filter((grant) => !before.some((old) => includes(old, grant)));
}

function includes(old: Grant, grant: Grant): boolean {
    return (
        covers(old.action, grant.action) &&
        covers(old.resource, grant.resource) &&
        (old.condition === undefined || old.condition === grant.condition)
    );
}
