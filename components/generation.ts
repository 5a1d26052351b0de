import { removed } from "../config/rules";

/** `generation` was a key of `backend`: a higher number created a new credential. */
export const removedGeneration = removed({
    allowed: "no such key: the stack replaces each credential by itself, when it is as old as rotation.every",
    todo: "Remove it",
});
