/** Runs `work` on every item, on at most `size` at the same time. Returns the results in the order of the items. */
export async function inPool<T, R>(size: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
    const results: R[] = [];
    const queue = items.entries();
    const worker = async (): Promise<void> => {
        // All workers share one queue: each takes the next item that is left.
        for (const [index, item] of queue) results[index] = await work(item);
    };
    await Promise.all(Array.from({ length: size }, worker));
    return results;
}
