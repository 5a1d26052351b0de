import { flag } from "../config/rules";

/** Schema of `force`, which is the same for every kind of target. */
export const force = flag({
    allowed: "true or false",
    todo: "Write true to take over environment variables that somebody else has set, or leave the key out for false",
}).default(false);
