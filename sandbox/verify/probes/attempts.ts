import { failed, passed, type Outcome } from "../report";

/** An API call that should be refused (or, as a control, allowed). */
export interface Attempt {
    /** The API's own name of the call, for messages. */
    readonly name: string;
    readonly run: () => Promise<unknown>;
    /** Undoes the call if it was allowed against expectation. */
    readonly undo?: () => Promise<unknown>;
}

/** How to read a service's errors. */
export interface ServiceErrors {
    /** Whether it is the service's refusal for missing permissions, and not some other failure. */
    readonly isRefusal: (error: unknown) => boolean;
    readonly describe: (error: unknown) => string;
}

/** Runs the attempts one after another. Passes if all of them are refused. */
export async function allRefused(attempts: readonly Attempt[], errors: ServiceErrors): Promise<Outcome> {
    const problems: string[] = [];
    for (const { name, run, undo } of attempts) {
        try {
            await run();
            const undoProblem = undo === undefined ? undefined : await problemOf({ name, run: undo }, errors);
            problems.push(
                `${name} was allowed${undoProblem === undefined ? "" : `, and could not be undone (${undoProblem})`}`,
            );
        } catch (error) {
            if (!errors.isRefusal(error)) {
                problems.push(`${name} was not refused but failed: ${errors.describe(error)}`);
            }
        }
    }
    const tried = attempts.map(({ name }) => name).join(", ");
    return problems.length > 0 ? failed(problems.join("; ")) : passed(`refused: ${tried}`);
}

/** Runs the call. Returns why it failed; undefined if it succeeded. */
export async function problemOf({ run }: Attempt, { describe }: ServiceErrors): Promise<string | undefined> {
    try {
        await run();
        return undefined;
    } catch (error) {
        return describe(error);
    }
}
