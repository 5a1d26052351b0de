/** Waits for a call. Returns `undefined` if it fails because what it names does not exist. */
export async function ifFound<T>(call: Promise<T>, isNotFound: (error: unknown) => boolean): Promise<T | undefined> {
    try {
        return await call;
    } catch (error) {
        if (isNotFound(error)) {
            return undefined;
        }
        throw error;
    }
}
