import { workloadsOfRelease, type Workloads } from "../company/releases";

/** The stack's output `deployments`: what each Deployment got, by its name. */
export type StackDeployments = Readonly<Record<string, StackDeployment>>;

export interface StackDeployment {
    /** Kind of backend. */
    readonly backend: string;
    /** Names of the environment variables it was given, and whether their values hold a credential. */
    readonly env: readonly { readonly name: string; readonly secret: boolean }[];
    /** Whether its grant lets it list the names of its own secrets, too. */
    readonly mayListNames: boolean;
    /** Whether it has the test secrets that verify reads. */
    readonly testSecrets: boolean;
    readonly target: StackTarget;
}

/** Where the Deployment gets its environment from. */
export type StackTarget =
    | ({ readonly kind: "kubernetes" } & Workloads)
    | { readonly kind: "astronomer"; readonly houstonUrl: string; readonly releaseName: string };

/** Where the pods are that get the environment: on Astronomer, those of the release. */
export function workloadsOf(target: StackTarget): Workloads {
    return target.kind === "kubernetes" ? target : workloadsOfRelease(target.releaseName);
}
