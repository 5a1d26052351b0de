/**
 * Work whose error begins with what was to be done.
 *
 * @param told how the rest of the error reads; default: its message
 */
export async function doing<T>(
    what: string,
    work: Promise<T>,
    told = (error: unknown): string => (error as Error).message,
): Promise<T> {
    try {
        return await work;
    } catch (error) {
        throw new Error(`${what}${told(error)}`, { cause: error });
    }
}
