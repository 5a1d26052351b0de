import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { ProbeProblem } from "../../../components/probe";
import { proofMessage, prove, type ProofOptions } from "../../../components/proof";

const TIMEOUT_MS = 600_000;

const problem = (change: Partial<ProbeProblem> = {}): ProbeProblem => ({
    kind: "refused",
    call: "GET https://vault.example.com/v1/secret/data/variables/x",
    answer: "403 permission denied",
    mayPass: "late",
    ...change,
});

/** A probe that answers from a list, the last one again and again, and a clock that only `sleep` moves. */
function probing(answers: readonly (ProbeProblem | undefined)[], change: Partial<ProofOptions> = {}) {
    const sleeps: number[] = [];
    const waits: number[] = [];
    let now = 1_000;
    let count = 0;
    const proof = prove(
        () => {
            const answer = answers[Math.min(count, answers.length - 1)];
            count += 1;
            return Promise.resolve(answer);
        },
        {
            mode: "required",
            timeoutMs: TIMEOUT_MS,
            onWait: (_, waitedMs) => waits.push(waitedMs),
            clock: {
                now: () => now,
                sleep: (ms) => {
                    now += ms;
                    sleeps.push(ms);
                    return Promise.resolve();
                },
            },
            ...change,
        },
    );
    return proof.then((found) => ({ ...found, count, sleeps, waits }));
}

describe("prove", () => {
    it("is done with the first read", async () => {
        const { outcome, count, sleeps } = await probing([undefined]);
        assert.deepEqual([outcome, count, sleeps], ["reads", 1, []]);
    });

    it("waits longer and longer, and wants three reads after a refusal", async () => {
        const { outcome, sleeps, waits } = await probing([problem(), problem(), problem(), undefined]);
        assert.equal(outcome, "reads");
        assert.deepEqual(sleeps, [1_000, 2_000, 4_000, 2_000, 2_000]);
        assert.deepEqual(waits, [0, 1_000, 3_000]);
    });

    it("wants three reads in a row", async () => {
        const { outcome, count } = await probing([problem(), undefined, undefined, problem(), undefined]);
        assert.deepEqual([outcome, count], ["reads", 7]);
    });

    it("gives up at the end of the time, not before and not later", async () => {
        const { outcome, sleeps } = await probing([problem()]);
        assert.equal(outcome, "failed");
        assert.equal(
            sleeps.reduce((sum, each) => sum + each, 0),
            TIMEOUT_MS,
        );
    });

    it("does not wait for what does not pass by itself", async () => {
        const { outcome, count } = await probing([problem({ mayPass: "no" }), undefined]);
        assert.deepEqual([outcome, count], ["failed", 1]);
    });

    it("waits half a minute for what passes soon", async () => {
        const { sleeps } = await probing([problem({ mayPass: "soon" })]);
        assert.equal(
            sleeps.reduce((sum, each) => sum + each, 0),
            30_000,
        );
    });

    it("takes only an unreachable service as unknown, and only if the config says so", async () => {
        const unreachable = problem({ kind: "unreachable", mayPass: "no" });
        const outcomeOf = async (mode: ProofOptions["mode"], found: ProbeProblem): Promise<string> =>
            (await probing([found], { mode })).outcome;
        assert.equal(await outcomeOf("if-reachable", unreachable), "unknown");
        assert.equal(await outcomeOf("required", unreachable), "failed");
        assert.equal(await outcomeOf("if-reachable", problem({ mayPass: "no" })), "failed");
        assert.equal(await outcomeOf("if-reachable", problem({ kind: "absent", mayPass: "no" })), "failed");
    });

    it("never takes longer than the time and its last reads, whatever the service answers", async () => {
        const answer = fc.option(
            fc
                .constantFrom<ProbeProblem["mayPass"]>("no", "soon", "late")
                .map((mayPass): ProbeProblem => problem({ mayPass })),
            { nil: undefined },
        );
        await fc.assert(
            fc.asyncProperty(
                fc.array(answer, { minLength: 1, maxLength: 30 }),
                fc.integer({ min: 0, max: TIMEOUT_MS }),
                async (answers, timeoutMs) => {
                    const { outcome, sleeps, count } = await probing(answers, { timeoutMs });
                    const reads = answers.slice(0, count);
                    assert.ok(
                        sleeps.reduce((sum, each) => sum + each, 0) <= timeoutMs + 2 * 2_000 * (reads.length + 1),
                    );
                    assert.equal(outcome === "reads", answers[Math.min(count, answers.length) - 1] === undefined);
                },
            ),
            { numRuns: 300 },
        );
    });
});

describe("the message about a credential that does not read", () => {
    it("says what was tried, what came back, how long it took, and what to do", () => {
        assert.equal(
            proofMessage("solar", {
                outcome: "failed",
                problem: problem({ cause: "Vault did not apply the role's policy" }),
                waitedMs: 30_400,
            }),
            [
                'The credential for Deployment "solar" does not read its secrets. Its env vars were not changed, and what ' +
                    "they hold stays valid.",
                "  tried: GET https://vault.example.com/v1/secret/data/variables/x",
                "  answer: 403 permission denied",
                "  likely cause: Vault did not apply the role's policy.",
                "  waited: 30 s",
                "  to do: The next pulumi up tries again. To change the env vars without this proof, set proof: off for " +
                    "this Deployment.",
            ].join("\n"),
        );
    });

    it("names proof: if-reachable when this machine cannot reach the service", () => {
        const found = problem({ kind: "unreachable", answer: "connect ECONNREFUSED" });
        const message = proofMessage("solar", { outcome: "failed", problem: found, waitedMs: 0 });
        assert.match(message, /"solar" cannot be tried from this machine/);
        assert.match(message, /set proof: if-reachable or proof: off/);
        assert.doesNotMatch(message, /waited/);
    });
});
