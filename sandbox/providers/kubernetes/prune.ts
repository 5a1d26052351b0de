/**
 * What is left of `wanted` in a live object: fields that are gone are gone here too, and what differs is as it is live.
 * Lists go by their items' names, as the API server merges them.
 */
export function prune(wanted: unknown, live: unknown): unknown {
    if (Array.isArray(wanted)) {
        return wanted.flatMap((item: unknown) => {
            const found: unknown = Array.isArray(live)
                ? live.find((other: unknown) => nameOf(other) === nameOf(item))
                : undefined;
            return found === undefined ? [] : [prune(item, found)];
        });
    }
    if (isObject(wanted)) {
        const fields = isObject(live) ? live : {};
        const kept = Object.entries(wanted).flatMap(([key, value]) => {
            // The API server leaves an empty text out.
            const found = fields[key] ?? (value === "" ? "" : undefined);
            return found === undefined ? [] : [[key, prune(value, found)] as const];
        });
        return Object.fromEntries(kept);
    }
    return live;
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nameOf(item: unknown): unknown {
    return isObject(item) ? item.name : item;
}
