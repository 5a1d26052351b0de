import { integer } from "../config/rules";

/** Every backend's way to a new credential. */
export const generation = integer(
    {
        allowed: "a whole number from 1 up",
        todo: "Raise it by 1 for a new credential, or leave the key out for 1",
    },
    1,
    Number.MAX_SAFE_INTEGER,
).default(1);
