/**
 * Why something failed, as part of a sentence: without a stack and without a full stop. `fetch` says nothing itself and
 * has the network's reason in its cause, which holds several where a host has several addresses.
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
