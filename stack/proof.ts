import * as pulumi from "@pulumi/pulumi";
import { envRedactor } from "../airflow/redact";
import type { EnvVar } from "../components/backend";
import type { DeploymentProvider } from "../components/deploymentProvider";
import { probeReads, type ProbeProblem } from "../components/probe";
import { problemLines, proofMessage, prove, type Proof } from "../components/proof";
import { shortDurationMs } from "../config/duration";
import { clusterConfig } from "../components/kubernetes/preflight";
import { sleepUnlessCancelled } from "./cancelled";
import { probeKeyless } from "./keylessProof";
import { backendKind } from "./kinds";
import type { PlannedDeployment } from "./planStack";

/**
 * Returns hooks for the resources that set a Deployment's env vars. Before the first of them changes, they show that
 * the credential reads; if it does not, nothing of the target is changed. Pulumi does not run them in a preview.
 */
export function proofHooks(
    deployment: PlannedDeployment,
    env: readonly EnvVar[],
    provider: DeploymentProvider,
): pulumi.ResourceHookBinding {
    const { name, current, backend, target, pods, testSecrets, proofTimeout } = deployment;
    const proof = proofMode(deployment);
    if (proof === "off") {
        return {};
    }
    const mode = proof;
    const timeoutMs = shortDurationMs(proofTimeout) ?? 0;
    const { probe } = backendKind(backend.kind);
    let proven: Promise<void> | undefined;
    const hook = new pulumi.ResourceHook(`${current.owner.deployment}-proof`, async () => {
        // Once for all workloads of the Deployment.
        proven ??= proveNow();
        await proven;
    });
    return { beforeCreate: [hook], beforeUpdate: [hook] };

    async function proveNow(): Promise<void> {
        const values = await valuesOf(env);
        const redact = envRedactor(values, env);
        const onWait = (problem: ProbeProblem, waitedMs: number, limitMs: number): void => {
            void progress(name, redact, problem, waitedMs, limitMs);
        };
        const reads = probeReads(testSecrets);
        const probeOnce = (): Promise<ProbeProblem | undefined> =>
            pods === undefined
                ? probe(values, reads)
                : probeKeyless({ target: target.kind, pods, cluster: clusterConfig() }, (token) =>
                      probe(values, reads, token),
                  );
        const found = await prove(probeOnce, {
            mode,
            timeoutMs,
            onWait,
            clock: { now: () => Date.now(), sleep: (ms) => sleepUnlessCancelled(ms, provider) },
        });
        await judge(name, found, redact);
    }
}

/**
 * Returns whether the login has to be proven. On Astronomer, nobody but the pods has the token of a keyless login: the
 * default is then to say so and go on.
 */
function proofMode({ proof, pods, target }: PlannedDeployment): NonNullable<PlannedDeployment["proof"]> {
    return proof ?? (pods !== undefined && target.kind === "astronomer" ? "if-reachable" : "required");
}

/** @throws Error if the env vars must not change */
async function judge(name: string, found: Proof, redact: (text: string) => string): Promise<void> {
    if (found.outcome === "failed") {
        throw new Error(proofMessage(name, redacted(found, redact)));
    }
    if (found.outcome === "unknown") {
        const lines = [
            `Nobody has seen that the credential for Deployment "${name}" reads its secrets (proof: if-reachable).`,
            ...problemLines(redacted(found, redact).problem),
        ];
        await pulumi.log.warn(lines.join("\n"));
    }
}

/** The call contains no credential; an answer might repeat one. */
function redacted<T extends { readonly problem: ProbeProblem }>(found: T, redact: (text: string) => string): T {
    return { ...found, problem: { ...found.problem, answer: redact(found.problem.answer) } };
}

async function progress(
    name: string,
    redact: (text: string) => string,
    { call, answer }: ProbeProblem,
    waitedMs: number,
    limitMs: number,
): Promise<void> {
    const seconds = (ms: number): number => Math.round(ms / 1000);
    await pulumi.log.info(
        `Deployment "${name}": waiting until its credential reads, ${seconds(waitedMs)} of at most ` +
            `${seconds(limitMs)} s (${call}: ${redact(answer)})`,
        undefined,
        undefined,
        true,
    );
}

/** Returns the values, which are known when a target's resource is changed: its inputs contain them. */
async function valuesOf(env: readonly EnvVar[]): Promise<Record<string, string>> {
    const entries = env.map(({ name, value }) => value.apply((text) => [name, text] as const));
    return new Promise((resolve) => {
        pulumi.all(entries).apply((all) => {
            resolve(Object.fromEntries(all));
        });
    });
}
