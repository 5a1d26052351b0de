import { flag } from "../config/rules";

/** `force`, the same for every target. */
export const force = flag({
    allowed: "true or false",
    todo: "Write true to take over variables that somebody else has set, or leave the key out for false",
}).default(false);
