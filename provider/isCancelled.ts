import type { FunctionType } from "./resourceType";

/** Tells a program whether Pulumi has been told to stop: the engine tells plugins, but not programs. */
export const isCancelled: FunctionType = {
    inputs: [],
    call: (_, cancelled) => Promise.resolve({ cancelled: cancelled?.aborted === true }),
};
