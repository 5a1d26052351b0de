import { isDeepStrictEqual } from "node:util";

/** The text that was sent, as long as the service holds the same; else what the service holds. */
export function sameJson(sent: unknown, held: unknown): string | undefined {
    if (typeof sent === "string" && isDeepStrictEqual(JSON.parse(sent), held)) {
        return sent;
    }
    return held === null || held === undefined ? undefined : JSON.stringify(held);
}
