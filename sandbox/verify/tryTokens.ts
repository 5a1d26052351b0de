/**
 * Logs in with tokens as a Deployment's pods would, and reads, as its own process: Node.js reads the environment variables
 * for proxy and CA when it starts. Reads a list of `TokenTrial` from standard input, and prints a list of `TokenResult`.
 */
import { json } from "node:stream/consumers";
import { probeReads, type ProbeProblem } from "../../components/probe";
import { backendKinds } from "../../stack/kinds";

/** A login to try. */
export interface TokenTrial {
    /** Kind of backend. */
    readonly kind: string;
    readonly env: Readonly<Record<string, string>>;
    readonly token: string;
}

export interface TokenResult {
    /** Left out if the token could read the test secrets. */
    readonly problem?: ProbeProblem;
}

async function resultOf({ kind, env, token }: TokenTrial): Promise<TokenResult> {
    const found = backendKinds.find((each) => each.kind === kind);
    if (found === undefined) {
        throw new Error(`there is no kind of backend ${kind}`);
    }
    const problem = await found.probe(env, probeReads(true), token);
    return problem === undefined ? {} : { problem };
}

async function main(): Promise<void> {
    const trials = (await json(process.stdin)) as readonly TokenTrial[];
    const results = await Promise.all(trials.map(resultOf));
    process.stdout.write(JSON.stringify(results));
}

void main();
