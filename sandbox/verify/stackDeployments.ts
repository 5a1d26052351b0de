import type { TrustedPods } from "../../components/trustedPods";
import { workloadsOfRelease, type Workloads } from "../company/releases";

/** The stack output `deployments`, by name of the Deployment. */
export type StackDeployments = Readonly<Record<string, StackDeployment>>;

export interface StackDeployment {
    /** Kind of backend. */
    readonly backend: string;
    /** Names of the environment variables that the stack set, and whether their values contain a credential. */
    readonly env: readonly { readonly name: string; readonly secret: boolean }[];
    /** Whether its grant also allows listing the names of its own secrets. */
    readonly mayListNames: boolean;
    /** Whether the stack created the test secrets that verify reads. */
    readonly testSecrets: boolean;
    readonly target: StackTarget;
    /** The pods that log in with their own token; left out if the Deployment logs in with a credential. */
    readonly pods?: TrustedPods;
}

/** Where the Deployment gets its environment from. */
export type StackTarget =
    | ({ readonly kind: "kubernetes" } & Workloads)
    | { readonly kind: "astronomer"; readonly houstonUrl: string; readonly releaseName: string };

/** Returns the workloads whose pods get the environment: on Astronomer, those of the release. */
export function workloadsOf(target: StackTarget): Workloads {
    return target.kind === "kubernetes" ? target : workloadsOfRelease(target.releaseName);
}
