import { failed, type Outcome } from "../report";
import { allRefused, problemOf, type Answers, type Attempt } from "./attempts";
import { forEveryRefusal, type RefusalCheck } from "./probe";

/** What is tried with a Deployment's credential. */
export interface Trial {
    /** Reads its own test variable: without that, no refusal proves anything. */
    readonly own: Attempt;
    readonly strangers: readonly Attempt[];
    readonly listings: readonly Attempt[];
    readonly writes: readonly Attempt[];
    /** Ways to more rights than the grant gives. */
    readonly escalations: () => readonly Attempt[] | Promise<readonly Attempt[]>;
}

/** First the one thing that must be allowed, then all that must be refused. */
export async function tryAll(trial: Trial, answers: Answers): Promise<Record<RefusalCheck, Outcome>> {
    const control = await problemOf(trial.own, answers);
    if (control !== undefined) {
        const what = `the credential cannot even read its own test variable, ${trial.own.what} (${control})`;
        return forEveryRefusal(failed(`nothing is proved: ${what}`));
    }
    return {
        "neighbour's scope refused": await allRefused(trial.strangers, answers),
        "list refused": await allRefused(trial.listings, answers),
        "write refused": await allRefused(trial.writes, answers),
        "escalation refused": await allRefused(await trial.escalations(), answers),
    };
}
