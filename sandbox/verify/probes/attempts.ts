import { failed, passed, type Outcome } from "../report";

/** A call of a service's API, by the name it has there. */
export interface Attempt {
    readonly what: string;
    readonly run: () => Promise<unknown>;
    /** Takes back what the call made, where it was allowed against all hopes. */
    readonly undo?: () => Promise<unknown>;
}

/** How a service's errors are read. */
export interface Answers {
    /** Whether it is the service's real refusal, and not just any failure. */
    readonly isRefusal: (error: unknown) => boolean;
    readonly describe: (error: unknown) => string;
}

export async function allRefused(attempts: readonly Attempt[], answers: Answers): Promise<Outcome> {
    const problems: string[] = [];
    for (const { what, run, undo } of attempts) {
        try {
            await run();
            const left = undo === undefined ? undefined : await problemOf({ what, run: undo }, answers);
            problems.push(
                `${what} was allowed${left === undefined ? "" : `, and what it made is still there (${left})`}`,
            );
        } catch (error) {
            if (!answers.isRefusal(error)) {
                problems.push(`${what} was not refused but failed: ${answers.describe(error)}`);
            }
        }
    }
    const tried = attempts.map(({ what }) => what).join(", ");
    return problems.length > 0 ? failed(problems.join("; ")) : passed(`refused: ${tried}`);
}

/** Why the call did not succeed; `undefined` where it did. */
export async function problemOf({ run }: Attempt, { describe }: Answers): Promise<string | undefined> {
    try {
        await run();
        return undefined;
    } catch (error) {
        return describe(error);
    }
}
