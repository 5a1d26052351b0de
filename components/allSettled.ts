import * as pulumi from "@pulumi/pulumi";

/**
 * Like `Promise.all`, but waits for all promises and reports the `RunError` of each one. So nothing still runs when
 * preflight fails, and every refusal is reported.
 *
 * @throws RunError with all messages; another error as it is
 */
export async function allSettled<T extends readonly unknown[]>(
    work: readonly [...T],
): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
    const results = await Promise.allSettled(work);
    const errors = results.flatMap((result): unknown[] => (result.status === "rejected" ? [result.reason] : []));
    const unexpected = errors.find((error): error is Error => !pulumi.RunError.isInstance(error));
    if (unexpected !== undefined) {
        throw unexpected;
    }
    if (errors.length > 0) {
        // Several Deployments can fail for the same reason, e.g. an unreachable cluster: report it once.
        throw new pulumi.RunError([...new Set(errors.map((error) => (error as Error).message))].join("\n"));
    }
    return Promise.all(work);
}
