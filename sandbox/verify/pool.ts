/** Does the work on every item, on at most `size` at a time. Results come in the order of the items. */
export async function inPool<T, R>(size: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
    const results: R[] = [];
    const queue = items.entries();
    const worker = async (): Promise<void> => {
        // One queue for all workers: each takes the next item that nobody has taken.
        for (const [index, item] of queue) results[index] = await work(item);
    };
    await Promise.all(Array.from({ length: size }, worker));
    return results;
}
