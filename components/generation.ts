import { integer } from "../config/rules";

/** Schema of `generation`, which is the same for every kind of backend: a higher number creates a new credential. */
export const generation = integer(
    {
        allowed: "a whole number from 1 up",
        todo: "Raise it by 1 for a new credential, or leave the key out for 1",
    },
    1,
    Number.MAX_SAFE_INTEGER,
).default(1);
