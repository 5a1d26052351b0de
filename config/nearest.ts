/** Returns the known key that a mistyped `key` most likely means; `undefined` if none is similar enough. */
export function nearest(key: string, known: readonly string[]): string | undefined {
    const typed = normalize(key);
    const limit = Math.floor(typed.length / 3);
    const near = known
        .map((candidate) => ({ candidate, edits: edits(typed, normalize(candidate), limit) }))
        .filter(({ edits }) => edits <= limit)
        .sort((a, b) => a.edits - b.edits);
    return near[0]?.candidate;
}

/** Normalizes a key: `kv_version`, `kv-version` and `KvVersion` all match `kvVersion`. */
const normalize = (key: string): string => key.toLowerCase().replace(/[-_ ]/g, "");

/**
 * Returns the edit distance: the number of characters to insert, delete, replace or swap with their neighbour.
 * `Infinity` if the lengths differ by more than `limit`.
 */
function edits(a: string, b: string, limit: number): number {
    if (Math.abs(a.length - b.length) > limit) {
        return Infinity;
    }
    const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
    const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
    for (let i = 1; i <= a.length; i++) {
        rows.push([i]);
        for (let j = 1; j <= b.length; j++) {
            const change = a[i - 1] === b[j - 1] ? 0 : 1;
            const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
            rows[i]?.push(
                Math.min(
                    at(i - 1, j) + 1,
                    at(i, j - 1) + 1,
                    at(i - 1, j - 1) + change,
                    swapped ? at(i - 2, j - 2) + 1 : Infinity,
                ),
            );
        }
    }
    return at(a.length, b.length);
}
