import { RECORD } from "./records";

/** A resource in the stack's state. */
export interface StateResource {
    readonly type: string;
    readonly name: string;
    /** Type of its parent; empty if its parent is the stack. */
    readonly parentType: string;
    readonly outputNames: readonly string[];
    /** Returns an output as plain data; `undefined` if it does not exist. */
    readonly output: (name: string) => unknown;
}

/** Returns the last value of a record; `undefined` if the state does not have it. */
export function recordIn(state: readonly StateResource[], name: string): unknown {
    return state.find((resource) => resource.type === RECORD && resource.name === name)?.output("input");
}
