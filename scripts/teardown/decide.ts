import { isPast } from "../../stack/expires";

/** What is known of a stack before anything is done. */
export interface Known {
    /** Whether the stack has, or may have, anything in a service. */
    readonly hasThings: boolean;
    /** What the state says. */
    readonly inState: string | undefined;
    /** What the stack's file says, where it is on this branch. */
    readonly inFile: string | undefined;
}

export interface Decision {
    /** `left`: it was to be torn down, and is not. `kept`: nobody asked for it. */
    readonly result: "tear down" | "left" | "kept";
    readonly expires: string | undefined;
    readonly why: string;
}

/**
 * The one rule: no `expires`, no teardown. The state decides, since the file may be that of another branch, or gone; only
 * where the state knows of nothing that could be lost, the file does.
 *
 * @param wanted whether the stack was named, or is one of all, of which those go that have expired
 */
export function decide({ hasThings, inState, inFile }: Known, wanted: "named" | "expired", now: Date): Decision {
    const expires = inState ?? (hasThings ? undefined : inFile);
    if (expires === undefined) {
        const why = hasThings
            ? "has resources and no `expires` in its state: not a stack to be torn down"
            : "has no `expires`, neither in its state nor in its file: not a stack to be torn down";
        return { result: wanted === "named" ? "left" : "kept", expires, why };
    }
    if (wanted === "expired" && !isPast(expires, now)) {
        return { result: "kept", expires, why: "has not expired" };
    }
    return { result: "tear down", expires, why: isPast(expires, now) ? "has expired" : "was named" };
}
