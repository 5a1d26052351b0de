import { isPast } from "../../stack/expires";

/** What the decision depends on. */
export interface StackFacts {
    /** Whether the stack has, or may have, resources in a service. */
    readonly hasResources: boolean;
    /** `expires` in the stack's state. */
    readonly inState: string | undefined;
    /** `expires` in the stack's file, if this branch has the file. */
    readonly inFile: string | undefined;
}

export interface Decision {
    /** `left`: it should have been torn down, but cannot be. `kept`: it was not selected. */
    readonly result: "tear down" | "left" | "kept";
    readonly expires: string | undefined;
    readonly why: string;
}

/**
 * Decides whether to tear a stack down. No `expires`, no teardown. The state decides, since the file may be from
 * another branch or deleted. The file decides only if the state has no resources that could be lost.
 *
 * @param selection `named`: the user named this stack; `expired`: the user selected all stacks that have expired
 */
export function decide(
    { hasResources, inState, inFile }: StackFacts,
    selection: "named" | "expired",
    now: Date,
): Decision {
    const expires = inState ?? (hasResources ? undefined : inFile);
    if (expires === undefined) {
        const why = hasResources
            ? "has resources and no `expires` in its state: not a stack to be torn down"
            : "has no `expires`, neither in its state nor in its file: not a stack to be torn down";
        return { result: selection === "named" ? "left" : "kept", expires, why };
    }
    if (selection === "expired" && !isPast(expires, now)) {
        return { result: "kept", expires, why: "has not expired" };
    }
    return { result: "tear down", expires, why: isPast(expires, now) ? "has expired" : "was named" };
}
