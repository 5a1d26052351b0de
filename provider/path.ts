/** A property's name, or the place of an element in a list. */
export type Key = string | number;

/** A path as Pulumi writes it: `policy.objectId`, `containers[0].env`, `metadata["a.b"]`. */
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

/** The keys in a path that `pathOf` could have written. */
export function keysOf(path: string): Key[] {
    const part = /\.?([^.[\]"]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;
    const keys: Key[] = [];
    while (part.lastIndex < path.length) {
        const [at, found] = [part.lastIndex, part.exec(path)];
        if (found === null) {
            throw new Error(`"${path}" is no property path: "${path.slice(at)}" cannot be read`);
        }
        const [, name, place, quoted] = found;
        keys.push(name ?? (place === undefined ? (JSON.parse(quoted ?? "") as string) : Number(place)));
    }
    return keys;
}

/** Whether a path lies within another, or is that one. */
export function isWithin(keys: readonly Key[], outer: readonly Key[]): boolean {
    return outer.every((key, index) => keys[index] === key);
}
