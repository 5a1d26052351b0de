import type { Agent } from "node:https";
import type { CheckName, Outcome } from "../report";

/** The checks that call the backend directly, without Airflow, with the Deployment's own credential. */
export type RefusalCheck = Exclude<Extract<CheckName, `${string} refused`>, "foreign tokens refused">;

/** A Deployment whose environment has been read. */
export interface ProbedDeployment {
    readonly name: string;
    readonly env: Readonly<Record<string, string>>;
    /**
     * Whether its grant allows listing the names of its own secrets. The stack reports it if no narrower grant exists.
     */
    readonly mayListNames: boolean;
    /** A token of one of its service accounts, if it logs in with that; `undefined` if it logs in with a credential. */
    readonly token?: string | undefined;
}

export interface ProbeArgs {
    readonly deployment: ProbedDeployment;
    /** The other Deployments with the same kind of backend, whose secrets it must not read. */
    readonly neighbours: readonly ProbedDeployment[];
    /** `fetch` through the edge. */
    readonly fetch: (
        url: string,
        init: { method: string; headers: Record<string, string>; body?: string },
    ) => Promise<Answer>;
    /** Connects a cloud's own HTTP/1.1 client through the edge. */
    readonly agent: Agent;
    /** The edge itself: its address, and the CA certificate to trust, PEM. */
    readonly edge: { readonly proxyUrl: string; readonly ca: string };
}

/** The part of an HTTP response that a probe needs. */
export interface Answer {
    readonly status: number;
    text(): Promise<string>;
}

/**
 * Tries calls that the credential must not be allowed to make. A check passes only if the backend itself refuses them.
 * Any other error (no login, no response, an unexpected status) is thrown or fails the check, with the reason.
 */
export type Probe = (args: ProbeArgs) => Promise<Record<RefusalCheck, Outcome>>;

/** Returns the same outcome for every refusal check, for a probe that cannot run. */
export function forEveryRefusal(outcome: Outcome): Record<RefusalCheck, Outcome> {
    return {
        "neighbour's scope refused": outcome,
        "list refused": outcome,
        "write refused": outcome,
        "escalation refused": outcome,
    };
}
