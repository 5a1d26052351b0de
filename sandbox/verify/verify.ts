import { readFileSync } from "node:fs";
import { HttpsProxyAgent } from "https-proxy-agent";
import { ProxyAgent, fetch } from "undici";
import { envRedactor } from "../../airflow/redact";
import { inPool } from "../../lib/pool";
import { reasonOf } from "../../lib/reason";
import type { AirflowReader, EdgeAccess } from "./airflowRun";
import { probes } from "./probes";
import { forEveryRefusal, type ProbeArgs, type ProbedDeployment, type RefusalCheck } from "./probes/probe";
import { foreignTokenOutcomes, type KeylessDeployment } from "./foreignTokens";
import { kubernetesCluster } from "./kubernetesCluster";
import { wiredEnv, type Cluster, type WiredEnv } from "./kubernetesEnv";
import { checkNames, failed, type CheckName, type DeploymentReport, type Outcome, type Report } from "./report";
import type { ForeignTokenArgs, Tokens } from "./tokens";
import { workloadsOf, type StackDeployment, type StackDeployments } from "./stackDeployments";

export type { Report } from "./report";
export type { StackDeployments } from "./stackDeployments";

export interface VerifyArgs {
    /** The stack output `deployments`. */
    readonly deployments: StackDeployments;
    readonly kubeconfigPath: string;
    /** Path of the key with which the cluster signs the tokens of service accounts, PEM. */
    readonly signingKeyPath: string;
    /** Reads the test secrets with a Deployment's environment. */
    readonly airflow: AirflowReader;
    readonly edge: EdgeAccess;
}

/** A run of Airflow keeps one core busy. */
const runsAtATime = 2;

interface Job {
    readonly name: string;
    readonly deployment: StackDeployment;
    readonly wired: WiredEnv;
    /** A token of one of its service accounts; `undefined` if it logs in with a credential, or its turn has not come. */
    readonly token: string | undefined;
    readonly redact: (text: string) => string;
}

/**
 * Verifies each Deployment: reads its environment from where its pods would get it, lets a real Airflow read the test
 * secrets with it, and tries with the same credential what must be refused. A problem with a Deployment fails its
 * checks.
 *
 * @throws SandboxError if this machine cannot run Airflow at all
 */
export async function verify(args: VerifyArgs): Promise<Report> {
    const cluster = kubernetesCluster(args.kubeconfigPath);
    const ca = readFileSync(args.edge.caPath, "utf8");
    const dispatcher = new ProxyAgent({ uri: args.edge.proxyUrl, requestTls: { ca } });
    const agent = new HttpsProxyAgent(args.edge.proxyUrl);
    // The constructor's options are for the connection to the proxy. These are for the connection behind it.
    Object.assign(agent.options, { ca });
    try {
        const jobs = await Promise.all(
            Object.entries(args.deployments).map(([name, deployment]) => readEnv(cluster, name, deployment)),
        );
        const fetchThroughEdge: ProbeArgs["fetch"] = (url, init) =>
            fetch(url, { ...init, dispatcher }).catch((error: unknown) => {
                throw new Error(`${init.method} ${url}: ${reasonOf(error)}`);
            });
        const foreign = foreignTokenOutcomes(
            jobs.flatMap(keyless),
            { tokens: cluster, signingKeyPath: args.signingKeyPath },
            (name) => strangerOf(jobs, name),
            args.edge,
        );
        const clients = { fetch: fetchThroughEdge, agent, edge: { proxyUrl: args.edge.proxyUrl, ca } };
        const checked = inPool(runsAtATime, jobs, async (job) => {
            const [airflow, refusals] = await Promise.all([
                readByAirflow(args.airflow, job),
                probe(job, jobs, clients),
            ]);
            return { job, outcomes: { "env wired": job.wired.outcome, ...airflow, ...refusals } };
        });
        const [tokens, rows] = await Promise.all([foreign, checked]);
        return {
            deployments: rows.map(({ job, outcomes }) => {
                const refused = tokens.get(job.name);
                return report(job, {
                    ...outcomes,
                    ...(refused === undefined ? {} : { "foreign tokens refused": refused }),
                });
            }),
        };
    } finally {
        agent.destroy();
        await dispatcher.close();
    }
}

async function readEnv(cluster: Cluster & Tokens, name: string, deployment: StackDeployment): Promise<Job> {
    const wired = await wiredEnv(cluster, workloadsOf(deployment.target), deployment.env).catch(
        (error: unknown): WiredEnv => ({
            values: {},
            outcome: failed(`Kubernetes: ${reasonOf(error)}`),
        }),
    );
    const redact = envRedactor(wired.values, deployment.env);
    const { pods } = deployment;
    if (pods === undefined) {
        return { name, deployment, wired, token: undefined, redact };
    }
    const [account = ""] = pods.serviceAccounts;
    try {
        return { name, deployment, wired, token: await cluster.token(pods, account), redact };
    } catch (error) {
        const outcome = failed(`no token for service account ${account}: ${reasonOf(error)}`);
        return { name, deployment, wired: { values: {}, outcome }, token: undefined, redact };
    }
}

/** What a probe needs to reach the services through the edge. */
type EdgeClients = Pick<ProbeArgs, "fetch" | "agent" | "edge">;

type ReadCheck = Extract<CheckName, `${string} read`>;

async function readByAirflow(airflow: AirflowReader, job: Job): Promise<Record<ReadCheck, Outcome>> {
    const notRun = reasonNotRun(job);
    if (notRun !== undefined) {
        return { "variable read": notRun, "URI connection read": notRun, "JSON connection read": notRun };
    }
    const { name, wired, token, redact, deployment } = job;
    const file = deployment.pods?.tokenFile;
    const podToken = token === undefined || file === undefined ? undefined : { file, token };
    const tasks = await airflow({ name, env: wired.values, redact, podToken });
    return {
        "variable read": tasks.read_variable,
        "URI connection read": tasks.read_connection_by_uri,
        "JSON connection read": tasks.read_connection_by_json,
    };
}

async function probe(job: Job, all: readonly Job[], clients: EdgeClients): Promise<Record<RefusalCheck, Outcome>> {
    const kind = job.deployment.backend;
    const backendProbe = probes[kind];
    const notRun = backendProbe === undefined ? failed(`verify has no probe for backend ${kind}`) : reasonNotRun(job);
    if (backendProbe === undefined || notRun !== undefined) return forEveryRefusal(notRun ?? failed("not run"));
    const neighbours = all
        .filter((other) => other.name !== job.name && other.deployment.backend === kind && isComplete(other))
        .map(toProbed);
    const deployment = toProbed(job);
    return backendProbe({ ...clients, deployment, neighbours }).catch((error: unknown) =>
        forEveryRefusal(failed(reasonOf(error))),
    );
}

function toProbed({ name, wired, token, deployment: { mayListNames } }: Job): ProbedDeployment {
    return { name, env: wired.values, mayListNames, token };
}

/** Returns why the checks cannot run with this Deployment's environment; undefined if they can. */
function reasonNotRun(job: Job): Outcome | undefined {
    const missing = job.deployment.env
        .filter(({ name }) => job.wired.values[name] === undefined)
        .map(({ name }) => name);
    if (missing.length > 0)
        return failed(`not run, since there is no single value of ${missing.join(", ")}: see env wired`);
    if (!job.deployment.testSecrets) return failed("not run: the Deployment has no test secrets (testSecrets: true)");
    return undefined;
}

function isComplete(job: Job): boolean {
    return job.deployment.env.every(({ name }) => job.wired.values[name] !== undefined);
}

/** Returns the Deployment if it logs in with a token and its environment could be read. */
function keyless({ name, deployment, wired, token }: Job): KeylessDeployment[] {
    const { pods } = deployment;
    return pods === undefined || token === undefined || deployment.env.some((each) => !(each.name in wired.values))
        ? []
        : [{ name, deployment, pods, env: wired.values, token }];
}

/** Returns a service account of another Deployment; `undefined` if there is no other. */
function strangerOf(jobs: readonly Job[], name: string): ForeignTokenArgs["elsewhere"] {
    const other = jobs.find((job) => job.name !== name);
    if (other === undefined) return undefined;
    const { namespace, workloads } = workloadsOf(other.deployment.target);
    return { namespace, serviceAccount: workloads[0]?.name ?? "" };
}

function report({ name, deployment, redact }: Job, outcomes: Partial<Record<CheckName, Outcome>>): DeploymentReport {
    return {
        name,
        backend: deployment.backend,
        target: deployment.target.kind,
        checks: checkNames.flatMap((check) => {
            const outcome = outcomes[check];
            if (outcome === undefined) return [];
            const { ok, detail, note } = outcome;
            return [{ name: check, ok, detail: redact(detail), ...(note === undefined ? {} : { note }) }];
        }),
    };
}
