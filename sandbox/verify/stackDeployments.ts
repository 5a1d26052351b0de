import { components, namespaceOf } from "../company/releases";

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
    | ({ readonly kind: "kubernetes" } & WorkloadsTarget)
    | { readonly kind: "astronomer"; readonly houstonUrl: string; readonly releaseName: string };

export interface WorkloadsTarget {
    readonly namespace: string;
    readonly workloads: readonly Workload[];
}

/** Where the pods are that get the environment: on Astronomer, those of the release. */
export function workloadsOf(target: StackTarget): WorkloadsTarget {
    if (target.kind === "kubernetes") {
        return target;
    }
    const { releaseName } = target;
    const workloads = components.map(({ kind, role }) => ({
        kind,
        name: `${releaseName}-${role}`,
        containers: [role],
    }));
    return { namespace: namespaceOf(releaseName), workloads };
}

export interface Workload {
    readonly kind: "Deployment" | "StatefulSet";
    readonly name: string;
    readonly containers: readonly string[];
}
