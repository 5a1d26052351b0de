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

/** Returns the last values of the records in the state, by logical name. */
export function recordsIn(state: readonly StateResource[]): ReadonlyMap<string, unknown> {
    const records = state.filter(({ type }) => type === RECORD);
    return new Map(records.map(({ name, output }) => [name, output("input")]));
}
