/** The checks of a Deployment, in the order of the table. */
export const checkNames = [
    "env wired",
    "variable read",
    "URI connection read",
    "JSON connection read",
    "neighbour's scope refused",
    "list refused",
    "write refused",
    "escalation refused",
    "foreign tokens refused",
] as const;

export type CheckName = (typeof checkNames)[number];

/** Whether a check passed, and what was found. The detail never contains a credential. */
export interface Outcome {
    readonly ok: boolean;
    readonly detail: string;
    /** What a passed check still leaves open, for the reader of the table. */
    readonly note?: string;
}

/** The result of verify, per Deployment. */
export interface Report {
    readonly deployments: readonly DeploymentReport[];
}

export interface DeploymentReport {
    readonly name: string;
    /** Kind of backend: `vault`, … */
    readonly backend: string;
    /** Kind of target: `kubernetes`, … */
    readonly target: string;
    /** Those that apply to the Deployment, in the order of `checkNames`. */
    readonly checks: readonly ({ readonly name: CheckName } & Outcome)[];
}

export function passed(detail: string): Outcome {
    return { ok: true, detail };
}

export function failed(detail: string): Outcome {
    return { ok: false, detail };
}
