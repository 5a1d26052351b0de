import { failed, type Outcome } from "../report";
import { allRefused, problemOf, type Attempt, type ServiceErrors } from "./attempts";
import { forEveryRefusal, type RefusalCheck } from "./probe";

/** The calls that a probe makes with a Deployment's credential. */
export interface ProbePlan {
    /** The positive control, reads the Deployment's own test variable: if it fails, a refusal proves nothing. */
    readonly control: Attempt;
    /** Reads outside the Deployment's scope. */
    readonly foreignReads: readonly Attempt[];
    readonly listings: readonly Attempt[];
    readonly writes: readonly Attempt[];
    /** Attempts to gain more permissions than the grant has. */
    readonly escalations: () => readonly Attempt[] | Promise<readonly Attempt[]>;
}

/** Runs the control first, which must be allowed, then the calls that must be refused. */
export async function runPlan(plan: ProbePlan, errors: ServiceErrors): Promise<Record<RefusalCheck, Outcome>> {
    const problem = await problemOf(plan.control, errors);
    if (problem !== undefined) {
        const reason = `the credential cannot read its own test variable, ${plan.control.name} (${problem})`;
        return forEveryRefusal(failed(`inconclusive: ${reason}`));
    }
    return {
        "neighbour's scope refused": await allRefused(plan.foreignReads, errors),
        "list refused": await allRefused(plan.listings, errors),
        "write refused": await allRefused(plan.writes, errors),
        "escalation refused": await allRefused(await plan.escalations(), errors),
    };
}
