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
export interface StackTarget {
    readonly kind: "kubernetes";
    readonly namespace: string;
    readonly workloads: readonly Workload[];
}

export interface Workload {
    readonly kind: "Deployment" | "StatefulSet";
    readonly name: string;
    readonly containers: readonly string[];
}
