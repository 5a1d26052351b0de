/**
 * Waits for `work`. If it fails, throws an error whose message starts with `prefix`.
 *
 * @param messageOf formats the rest of the message; default: the message of the original error
 * @throws Error whose `cause` is the original error
 */
export async function withErrorPrefix<T>(
    prefix: string,
    work: Promise<T>,
    messageOf = (error: unknown): string => (error as Error).message,
): Promise<T> {
    try {
        return await work;
    } catch (error) {
        throw new Error(`${prefix}${messageOf(error)}`, { cause: error });
    }
}
