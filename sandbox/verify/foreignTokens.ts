import { execa } from "execa";
import type { EdgeAccess } from "./airflowRun";
import { programArgs } from "../services/providers";
import { failed, passed, type Outcome } from "./report";
import type { StackDeployment } from "./stackDeployments";
import { foreignTokens, type ForeignToken, type ForeignTokenArgs } from "./tokens";
import type { TokenResult, TokenTrial } from "./tryTokens";

/** A Deployment that logs in with a token of its pods. */
export interface KeylessDeployment extends Omit<
    ForeignTokenArgs,
    "stranger" | "elsewhere" | "signingKeyPath" | "tokens"
> {
    readonly name: string;
    readonly deployment: StackDeployment;
    readonly env: Readonly<Record<string, string>>;
    /** A good token. */
    readonly token: string;
}

/**
 * Tries to log in to each Deployment's backend with tokens that it must refuse, and with a good one as a control. Returns
 * the outcome by Deployment.
 */
export async function foreignTokenOutcomes(
    deployments: readonly KeylessDeployment[],
    common: Pick<ForeignTokenArgs, "tokens" | "signingKeyPath">,
    elsewhere: (name: string) => ForeignTokenArgs["elsewhere"],
    edge: EdgeAccess,
): Promise<ReadonlyMap<string, Outcome>> {
    const jobs = await Promise.all(
        deployments.map(async (each) => {
            const stranger = `${each.name}-cleanup`;
            const foreign = await foreignTokens({
                ...common,
                pods: each.pods,
                stranger,
                elsewhere: elsewhere(each.name),
            });
            return { ...each, foreign };
        }),
    );
    const trials = jobs.flatMap(({ deployment, env, token, foreign }): TokenTrial[] =>
        [token, ...foreign.map((each) => each.token)].map((one) => ({ kind: deployment.backend, env, token: one })),
    );
    const results = trials.length === 0 ? [] : await tryTokens(trials, edge);
    let next = 0;
    return new Map(
        jobs.map(({ name, foreign }) => {
            const own = results.slice(next, (next += 1 + foreign.length));
            return [name, outcomeOf(foreign, own)];
        }),
    );
}

async function tryTokens(trials: readonly TokenTrial[], { proxyUrl, caPath }: EdgeAccess): Promise<TokenResult[]> {
    const { stdout } = await execa(process.execPath, programArgs("verify/tryTokens.ts"), {
        input: JSON.stringify(trials),
        env: { HTTPS_PROXY: proxyUrl, NO_PROXY: "", no_proxy: "", NODE_EXTRA_CA_CERTS: caPath },
    });
    return JSON.parse(stdout) as TokenResult[];
}

/** @param results of the good token first, then of each foreign one */
function outcomeOf(foreign: readonly ForeignToken[], [control, ...results]: readonly TokenResult[]): Outcome {
    if (control?.problem !== undefined) {
        return failed(
            `inconclusive: a good token cannot log in either (${control.problem.call}: ${control.problem.answer})`,
        );
    }
    const problems = foreign.flatMap(({ what }, index) => {
        const problem = results[index]?.problem;
        if (problem === undefined) return [`${what} was accepted`];
        return problem.kind === "refused"
            ? []
            : [`${what} was not refused but failed: ${problem.call}: ${problem.answer}`];
    });
    const tried = foreign.map(({ what }) => what).join(", ");
    return problems.length > 0 ? failed(problems.join("; ")) : passed(`refused: ${tried}`);
}
