import type * as pulumi from "@pulumi/pulumi";
import type { Rule } from "../config/rules";
import type { EnvVar, KindSchema } from "./backend";
import type { DeploymentProvider } from "./deploymentProvider";
import type { ResourceTypes } from "./resourceTypes";

/** A kind of target, without the Pulumi SDK: for the config, the commands and the sandbox. */
export interface TargetKind {
    readonly kind: string;
    /** Schema of a Deployment's `target` of this kind. */
    readonly schema: KindSchema;
    /** What only one Deployment of the stack may have. Leaves out what is invalid, and gives nothing for another kind. */
    readonly claims: (target: unknown, deployment: string | undefined) => readonly Claim[];
    /** The resource types that its component creates. */
    readonly resources: ResourceTypes;
}

/** Something that may be in the stack's config once. */
export interface Claim {
    /** What it is, as part of an error message, e.g. `"scheduler"`. */
    readonly what: string;
    /** Where it is within the target. */
    readonly path: readonly PropertyKey[];
    /** Claims of one group are compared with each other. Default: all claims of the stack. */
    readonly group?: string;
    readonly rule: Rule;
}

/** A Deployment of one kind of target. */
export interface TargetDeployment<Config> {
    readonly name: string;
    readonly target: Config;
    /** Names of the environment variables that will be set. */
    readonly envNames: readonly string[];
}

/** Where Airflow runs: looks at the Deployments before anything is changed, then sets their environment variables. */
export interface TargetService<Config extends { readonly kind: string }> {
    readonly kind: Config["kind"];
    /**
     * Looks at the Deployments, in a preview too.
     *
     * @param deployments at least one
     * @throws RunError if the service cannot be used at all
     */
    lookUp(
        deployments: readonly TargetDeployment<Config>[],
        provider: DeploymentProvider,
    ): Promise<FoundTargets<Config>>;
}

export interface FoundTargets<Config> {
    /** A sentence each, without its full stop. */
    readonly problems: readonly string[];
    create(name: string, target: Config, env: readonly EnvVar[]): pulumi.ComponentResource;
    /** What the stack's output says of a target. */
    describe(name: string, target: Config): object;
}
