import assert from "node:assert/strict";
import type { Env } from "../../../../airflow/kwargs";
import { replaceNetwork } from "../../mockNetwork";
import { probeReads, type Probe, type ProbeProblem } from "../../../../components/probe";

/** A service's answer; an error if there is none. */
export type Answer = readonly [status: number, body: unknown] | Error;

export const backendEnv = (backendClass: string, kwargs: object): Env => ({
    AIRFLOW__SECRETS__BACKEND: backendClass,
    AIRFLOW__SECRETS__BACKEND_KWARGS: JSON.stringify(kwargs),
});

export interface Case {
    readonly name: string;
    readonly answers: readonly Answer[];
    /** Default: true. */
    readonly testSecrets?: boolean;
    /** What a pod of a keyless login finds in its token file. */
    readonly token?: string;
    /** Left out if everything could be read. */
    readonly problem?: Pick<ProbeProblem, "kind" | "mayPass">;
}

/** Lets the probe get these answers, one after the other; returns its problem and what it called. */
export async function run(probe: Probe, env: Env, { answers, testSecrets = true, token }: Omit<Case, "name">) {
    const calls: string[] = [];
    const bodies: string[] = [];
    const left = [...answers];
    const { agent, restore } = replaceNetwork();
    agent
        .get(() => true)
        .intercept({ path: () => true, method: () => true })
        .reply(({ path, method, origin, body }) => {
            calls.push(`${method} ${origin}${path}`);
            bodies.push(typeof body === "string" ? body : "");
            const answer = left.shift();
            if (answer === undefined || answer instanceof Error) {
                throw answer ?? new Error("one call too many");
            }
            return { statusCode: answer[0], data: JSON.stringify(answer[1]) };
        })
        .persist();
    try {
        return { problem: await probe(env, probeReads(testSecrets), token), calls, bodies };
    } finally {
        await restore();
    }
}

/** Tests which problem a probe finds in each case. */
export function check(probe: Probe, env: Env, cases: readonly Case[]): void {
    for (const { name, problem, ...each } of cases) {
        it(name, async () => {
            const found = (await run(probe, env, each)).problem;
            assert.deepEqual(found && { kind: found.kind, mayPass: found.mayPass }, problem, found?.answer);
        });
    }
}
