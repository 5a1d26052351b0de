import type { ProbeProblem } from "./probe";

export interface ProofOptions {
    /** Whether a service that cannot be reached counts as a failure. */
    readonly mode: "required" | "if-reachable";
    /** How long to wait until a cloud knows the credential and its rights everywhere. */
    readonly timeoutMs: number;
    /** Called before each wait. */
    readonly onWait: (problem: ProbeProblem, waitedMs: number, limitMs: number) => void;
    readonly clock: Clock;
}

export interface Clock {
    now(): number;
    sleep(ms: number): Promise<void>;
}

/** What came out: it reads, or nobody could see whether it reads, or it does not. */
export type Proof =
    | { readonly outcome: "reads" }
    | { readonly outcome: "unknown" | "failed"; readonly problem: ProbeProblem; readonly waitedMs: number };

const SOON_MS = 30_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;
/**
 * After a refusal, how often the credential has to read, and the pause between. A cloud answers from many machines, and
 * not all of them know a grant at the same time.
 */
const READS_AFTER_REFUSAL = 3;
const READ_PAUSE_MS = 2_000;

/**
 * Probes until the credential reads, or until waiting is of no use.
 *
 * @param probe logs in and reads once
 */
export async function prove(
    probe: () => Promise<ProbeProblem | undefined>,
    { mode, timeoutMs, onWait, clock }: ProofOptions,
): Promise<Proof> {
    const start = clock.now();
    let pause = FIRST_PAUSE_MS;
    let missingReads = 1;
    for (;;) {
        const problem = await probe();
        const waitedMs = clock.now() - start;
        if (problem === undefined) {
            missingReads -= 1;
            if (missingReads === 0) {
                return { outcome: "reads" };
            }
            await clock.sleep(READ_PAUSE_MS);
            continue;
        }
        missingReads = READS_AFTER_REFUSAL;
        const limitMs = limitOf(problem, timeoutMs);
        if (waitedMs >= limitMs) {
            const isUnknown = mode === "if-reachable" && problem.kind === "unreachable";
            return { outcome: isUnknown ? "unknown" : "failed", problem, waitedMs };
        }
        onWait(problem, waitedMs, limitMs);
        await clock.sleep(Math.min(pause, limitMs - waitedMs));
        pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    }
}

function limitOf({ mayPass }: ProbeProblem, timeoutMs: number): number {
    return { no: 0, soon: Math.min(SOON_MS, timeoutMs), late: timeoutMs }[mayPass];
}

/** Returns why a Deployment's env vars were not changed. */
export function proofMessage(deployment: string, { problem, waitedMs }: Exclude<Proof, { outcome: "reads" }>): string {
    const isUnreachable = problem.kind === "unreachable";
    const found = isUnreachable ? "cannot be tried from this machine" : "does not read its secrets";
    const next = isUnreachable
        ? "If Airflow can reach the service from where it runs, set proof: if-reachable or proof: off for this Deployment"
        : "The next pulumi up tries again. To change the env vars without this proof, set proof: off for this Deployment";
    return [
        `The credential for Deployment "${deployment}" ${found}. Its env vars were not changed, and what they hold ` +
            "stays valid.",
        ...problemLines(problem),
        ...(waitedMs >= 1000 ? [`  waited: ${Math.round(waitedMs / 1000)} s`] : []),
        `  to do: ${next}.`,
    ].join("\n");
}

/** Returns the lines that describe a problem. */
export function problemLines({ call, answer, cause }: ProbeProblem): string[] {
    return [`  tried: ${call}`, `  answer: ${answer}`, ...(cause === undefined ? [] : [`  likely cause: ${cause}.`])];
}
