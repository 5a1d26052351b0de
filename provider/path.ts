/** A property's name, or an index in a list. */
export type Key = string | number;

/** Formats a Pulumi property path: `policy.objectId`, `containers[0].env`, `metadata["a.b"]`. */
export function pathOf(keys: readonly Key[]): string {
    return keys
        .map((key, index) => {
            if (typeof key === "number") {
                return `[${key}]`;
            }
            return /^\w+$/.test(key) ? `${index === 0 ? "" : "."}${key}` : `[${JSON.stringify(key)}]`;
        })
        .join("");
}

/**
 * Parses a property path in the format of `pathOf`.
 *
 * @throws Error if the path is invalid
 */
export function keysOf(path: string): Key[] {
    const part = /\.?([^.[\]"]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;
    const keys: Key[] = [];
    while (part.lastIndex < path.length) {
        const [start, match] = [part.lastIndex, part.exec(path)];
        if (match === null) {
            throw new Error(`"${path}" is not a property path: cannot parse "${path.slice(start)}"`);
        }
        const [, name, index, quoted] = match;
        keys.push(name ?? (index === undefined ? (JSON.parse(quoted ?? "") as string) : Number(index)));
    }
    return keys;
}

/** Whether a path is equal to another path or inside it. */
export function isWithin(keys: readonly Key[], outer: readonly Key[]): boolean {
    return outer.every((key, index) => keys[index] === key);
}
