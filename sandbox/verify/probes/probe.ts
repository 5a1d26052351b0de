import type { Agent } from "node:https";
import type { CheckName, Outcome } from "../report";

/** The checks that ask the backend itself, past Airflow, with the Deployment's own credential. */
export type RefusalCheck = Extract<CheckName, `${string} refused`>;

/** A Deployment whose environment has been read. */
export interface ProbedDeployment {
    readonly name: string;
    readonly env: Readonly<Record<string, string>>;
    /** Whether its grant lets it list the names of its own secrets: the stack says so where there is no narrower one. */
    readonly mayListNames: boolean;
}

export interface ProbeArgs {
    readonly deployment: ProbedDeployment;
    /** The other Deployments of the same kind of backend, whose secrets it must not read. */
    readonly neighbours: readonly ProbedDeployment[];
    /** `fetch` through the edge. */
    readonly fetch: (
        url: string,
        init: { method: string; headers: Record<string, string>; body?: string },
    ) => Promise<Answer>;
    /** The way through the edge for a cloud's own client over HTTP/1.1. */
    readonly agent: Agent;
    /** The edge itself: its address, and the authority to trust, PEM. */
    readonly edge: { readonly proxyUrl: string; readonly ca: string };
}

/** What a probe needs of an HTTP answer. */
export interface Answer {
    readonly status: number;
    text(): Promise<string>;
}

/**
 * Tries what the credential must not be able to do. A check passes on the backend's real refusal only; an error on the
 * way (no login, no answer, an unexpected status) is thrown or fails the check, with the reason.
 */
export type Probe = (args: ProbeArgs) => Promise<Record<RefusalCheck, Outcome>>;

/** The same for every check that a probe makes, where it cannot make any. */
export function forEveryRefusal(outcome: Outcome): Record<RefusalCheck, Outcome> {
    return {
        "neighbour's scope refused": outcome,
        "list refused": outcome,
        "write refused": outcome,
        "escalation refused": outcome,
    };
}
