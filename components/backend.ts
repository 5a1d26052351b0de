import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { Reach } from "../config/overlap";
import type { Rule } from "../config/rules";
import type { ResourceTypes } from "./resourceTypes";

/** One environment variable of an Airflow Deployment. */
export interface EnvVar {
    readonly name: string;
    /** Whether the value holds a credential: targets then mark it secret wherever they can. */
    readonly secret: boolean;
    readonly value: pulumi.Output<string>;
}

/** What every backend component provides. Code that uses it does not depend on the kind. */
export interface SecretsBackend {
    /** A plain array, so that a preview names every variable while the values are still unknown. */
    readonly env: readonly EnvVar[];
    /** The Airflow provider package and the oldest version that supports these kwargs, as a line of requirements.txt. */
    readonly requirement: string;
    /** Whether the grant also allows listing secret names, because the service has no narrower permission. */
    readonly mayListNames: boolean;
    /** When the credential expires: RFC 3339, UTC. `undefined` if the service sets no expiry. */
    readonly credentialEnds: pulumi.Output<string> | undefined;
}

/** A kind of backend, without the Pulumi SDK: for the config, the commands and the sandbox. */
export interface BackendKind {
    readonly kind: string;
    /** Name of its component, the last part of the component's type token. */
    readonly component: string;
    /** Schema of a Deployment's `backend` of this kind. */
    readonly schema: KindSchema;
    /** Names of the environment variables that it sets. */
    readonly envNames: readonly string[];
    /** Set if the credential is in a cloud's own variables, where every DAG finds it. */
    readonly cloudIdentity?: CloudIdentity;
    /** What the backend may read. `undefined` for another kind, or if the keys that decide it are invalid. */
    readonly reach: (backend: unknown) => BackendReach | undefined;
    /** Settings of a place in the service that all Deployments that use it have to agree on. */
    readonly sharedSettings?: (backend: unknown) => readonly SharedSetting[];
    /** What is different in a test stack, of which nothing may stay when it is destroyed. */
    readonly testStack?: TestStackRules;
    /** The resource types that its component creates. */
    readonly resources: ResourceTypes;
}

/** Schema of an object whose key `kind` has one value. */
export type KindSchema = z.ZodObject<{ kind: z.ZodLiteral<string> }>;

/** A cloud whose own environment variables hold the credential: it becomes the identity of everything in the Deployment. */
export interface CloudIdentity {
    readonly cloud: string;
    readonly variables: readonly string[];
    /** What a task then acts as, e.g. `user`. */
    readonly principal: string;
}

/** The names of the secrets that a Deployment may read, and how its config could name others. */
export interface BackendReach extends Omit<Reach, "shareSecrets"> {
    readonly scope: string | undefined;
    /** Whether `scope` can be set, or other keys decide the names. */
    readonly takesScope: boolean;
    /** How to get other prefixes, as part of an error message. */
    readonly alternative: string;
}

export interface SharedSetting {
    /** The key in `backend`. */
    readonly key: string;
    readonly value: string | number;
    /** The place that has this setting, e.g. `the mount "secret"`. */
    readonly place: string;
    readonly rule: Rule;
}

export interface TestStackRules {
    /** Defaults of keys of `backend`. */
    readonly defaults: Readonly<Record<string, unknown>>;
    /** Keys whose value would make the service keep something. */
    readonly keeps: (
        backend: Readonly<Record<string, unknown>>,
    ) => readonly { readonly key: string; readonly found: string; readonly rule: Rule }[];
}

/** A Deployment of one kind of backend. */
export interface BackendDeployment<Config> {
    readonly name: string;
    readonly backend: Config;
    readonly testSecrets: boolean;
}

/** The accounts that the stack's config names, if it does. */
export interface ExpectedAccounts {
    readonly awsAccountId?: string | undefined;
    readonly azureSubscriptionId?: string | undefined;
}

/** A service that stores secrets: looks it up before anything is changed, then creates the backends in it. */
export interface BackendService<Config extends { readonly kind: string }> {
    /** The kinds of backend that are in this service. */
    readonly kinds: readonly Config["kind"][];
    /**
     * Looks at the service, in a preview too.
     *
     * @param deployments at least one
     * @throws RunError if the service cannot be used at all
     */
    lookUp(
        deployments: readonly BackendDeployment<Config>[],
        expected: ExpectedAccounts,
    ): Promise<FoundBackends<Config>>;
}

export interface FoundBackends<Config> {
    /** A sentence each, without its full stop. */
    readonly problems: readonly string[];
    create(deployment: BackendDeployment<Config>): SecretsBackend & pulumi.ComponentResource;
    /** What the service keeps when the stack is destroyed. `npm run teardown` reads it from the state of a test stack. */
    readonly keptOnDestroy?: Readonly<Record<string, object>>;
}
