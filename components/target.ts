import type * as pulumi from "@pulumi/pulumi";
import type { OverridingVariable } from "../airflow/overriding";
import type { Rule } from "../config/rules";
import type { EnvVar, ExpectedAccounts, KindSchema } from "./backend";
import type { DeploymentProvider } from "./deploymentProvider";
import type { Current } from "./owner";
import type { ResourceTypes } from "./resourceTypes";
import type { TargetPods, TrustedPods } from "./trustedPods";

/** A kind of target, without the Pulumi SDK: for the config, the commands and the sandbox. */
export interface TargetKind {
    readonly kind: string;
    /** Name of its component, the last part of the component's type token. */
    readonly component: string;
    /** Schema of a Deployment's `target` of this kind. */
    readonly schema: KindSchema;
    /** Returns what only one Deployment may have. Leaves out invalid values, so it also works if `kind` is invalid. */
    readonly claims: (target: unknown, deployment: string | undefined) => readonly Claim[];
    /**
     * Returns what a keyless login needs to know about the pods; `undefined` if a key that says it is missing or invalid.
     *
     * @param deployment the Deployment's name
     */
    readonly pods: (target: unknown, deployment: string) => TargetPods | undefined;
    /** The resource types that its component creates. */
    readonly resources: ResourceTypes;
}

/** Something that may appear only once in the stack's config. */
export interface Claim {
    /** What it is, as part of an error message, e.g. `"scheduler"`. It is compared, so it has the whole name. */
    readonly what: string;
    /** Its path within the target. */
    readonly path: readonly PropertyKey[];
    /**
     * With a group, it has to be unique within that group of one Deployment; without, among all claims of the stack
     * that have no group.
     */
    readonly group?: string;
    readonly rule: Rule;
}

/** A Deployment with one kind of target. */
export interface TargetDeployment<Config> {
    /** The Deployment's name in the config: for messages, and the default of the release name. */
    readonly name: string;
    readonly current: Current;
    readonly target: Config;
    /** Names of the environment variables that will be set. */
    readonly envNames: readonly string[];
    /** Environment variables of others that would keep Airflow from reading with them. */
    readonly overriddenBy: readonly OverridingVariable[];
    /** The pods that log in with their own token; `undefined` if the Deployment logs in with a credential. */
    readonly pods: TrustedPods | undefined;
    /** Whether Airflow looks for options of its own configuration in the backend. */
    readonly readsConfig: boolean;
}

/** Where Airflow runs. Deployments are checked before anything is changed; then their environment variables are set. */
export interface TargetService<Config extends { readonly kind: string }> {
    readonly kind: Config["kind"];
    /**
     * Checks the Deployments. Runs in a preview too.
     *
     * @param deployments at least one
     * @throws RunError if the service cannot be used at all
     */
    lookUp(
        deployments: readonly TargetDeployment<Config>[],
        provider: DeploymentProvider,
        expected: ExpectedAccounts,
    ): Promise<FoundTargets<Config>>;
}

export interface FoundTargets<Config> {
    /** Each is a sentence without a full stop. */
    readonly problems: readonly string[];
    /** Each is a whole sentence or several. */
    readonly warnings: readonly string[];
    /** @param hooks of every resource that sets the environment variables */
    create(
        deployment: TargetDeployment<Config>,
        env: readonly EnvVar[],
        hooks: pulumi.ResourceHookBinding,
    ): pulumi.ComponentResource;
    /** Returns what the stack output says about a target. */
    describe(deployment: TargetDeployment<Config>): object;
}
