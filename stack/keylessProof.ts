import { openCluster } from "../components/kubernetes/cluster";
import { ClusterError } from "../components/kubernetes/clusterError";
import type { ClusterConfig } from "../components/kubernetes/connection";
import type { ProbeProblem } from "../components/probe";
import type { TrustedPods } from "../components/trustedPods";
import type { TargetKindName } from "./kinds";

/** Where the tokens of a keyless login come from. */
export interface TokenSource {
    readonly target: TargetKindName;
    readonly pods: TrustedPods;
    /** The stack's cluster. */
    readonly cluster: ClusterConfig;
}

/**
 * Probes with a token of each service account. Tokens are requested from the cluster and kept in memory only: they do not
 * go through the engine, whose debug log contains the results of functions.
 */
export async function probeKeyless(
    { target, pods, cluster: config }: TokenSource,
    probe: (token: string) => Promise<ProbeProblem | undefined>,
): Promise<ProbeProblem | undefined> {
    if (target === "astronomer") {
        return {
            kind: "unreachable",
            call: "request a token of the Deployment's service accounts",
            answer: "only Astronomer's installation gives these tokens, to the pods",
            mayPass: "no",
        };
    }
    const cluster = openCluster(config);
    for (const serviceAccount of pods.serviceAccounts) {
        const token = await requested(() => cluster.requestToken({ ...pods, serviceAccount }));
        const problem = typeof token === "string" ? await probe(token) : token;
        if (problem !== undefined) {
            return typeof token === "string"
                ? { ...problem, call: `${problem.call} as service account "${serviceAccount}"` }
                : problem;
        }
    }
    return undefined;
}

async function requested(request: () => Promise<string>): Promise<string | ProbeProblem> {
    try {
        return await request();
    } catch (error) {
        if (!(error instanceof ClusterError)) {
            throw error;
        }
        return {
            kind: "unreachable",
            call: "request a token of the pods' service account from the cluster",
            answer: error.message,
            cause: "To prove a keyless login, whoever runs pulumi up may create serviceaccounts/token in the namespace",
            mayPass: error.isTransient ? "soon" : "no",
        };
    }
}
