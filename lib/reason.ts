/**
 * Returns an error's message as part of a sentence: without a stack trace and without the final full stop. Appends the
 * message of the cause. For `fetch failed` it returns only the cause, which has the network error: one per address of
 * the host.
 */
export function reasonOf(error: unknown): string {
    return textOf(error).replace(/\.\s*$/, "");
}

function textOf(error: unknown): string {
    if (!(error instanceof Error)) {
        return String(error);
    }
    if (error instanceof AggregateError) {
        return [...new Set(error.errors.map(textOf))].join("; ");
    }
    if (!(error.cause instanceof Error)) {
        return error.message;
    }
    const cause = textOf(error.cause);
    return error.message === "fetch failed" ? cause : `${error.message}: ${cause}`;
}
