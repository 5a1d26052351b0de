import { covers } from "./pattern";

/** Something that the holder of a grant may do. */
export interface Grant {
    /** A pattern: see `covers`. */
    readonly action: string;
    /** A pattern of what it may be done to. */
    readonly resource: string;
    /** A condition that limits it, as its cloud writes it. */
    readonly condition?: string | undefined;
}

/** What a resource grants. */
export interface Granted {
    readonly grants: readonly Grant[];
    /** Who holds it, as the resource names it; nothing where it names nobody. */
    readonly holder?: unknown;
}

/** The grants of `now` that `before` does not provably cover, one by one. */
export function added(before: readonly Grant[], now: readonly Grant[]): Grant[] {
    return now.filter((grant) => !before.some((old) => includes(old, grant)));
}

function includes(old: Grant, grant: Grant): boolean {
    return (
        covers(old.action, grant.action) &&
        covers(old.resource, grant.resource) &&
        (old.condition === undefined || old.condition === grant.condition)
    );
}
