import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { OverridingVariable } from "../airflow/overriding";
import type { SecretKind } from "../airflow/scope";
import type { Reach } from "../config/overlap";
import type { Rule } from "../config/rules";
import type { Current, Owner } from "./owner";
import type { Probe } from "./probe";
import type { ResourceTypes } from "./resourceTypes";
import type { ServiceCredentials } from "./serviceCredentials";
import type { KeylessLogin, TrustedPods } from "./trustedPods";

/** One environment variable of an Airflow Deployment. */
export interface EnvVar {
    readonly name: string;
    /** Whether the value contains a credential. A target then marks it as secret if it can. */
    readonly secret: boolean;
    readonly value: pulumi.Output<string>;
}

/** What every backend component provides, independent of its kind. */
export interface SecretsBackend {
    /** A plain array, so that a preview can list every environment variable while the values are still unknown. */
    readonly env: readonly EnvVar[];
    /** The Airflow provider package and the oldest version that accepts our kwargs, as a line of requirements.txt. */
    readonly requirement: string;
    /** Whether the grant also allows listing secret names, because the service has no narrower permission. */
    readonly mayListNames: boolean;
    /** The hooks of its resources. What is retired keeps them. */
    readonly hooks: pulumi.ResourceHookBinding;
    /** The store that was created for the Deployment, and what it needs to be emptied. They are deleted after its secrets. */
    readonly store?: readonly pulumi.Resource[];
    /** When the credential expires: RFC 3339, UTC. `undefined` if there is none, or if the service sets no expiry. */
    readonly credentialEnds: pulumi.Output<string> | undefined;
}

/** A kind of backend, without the Pulumi SDK: for the config, the commands and the sandbox. */
export interface BackendKind {
    readonly kind: string;
    /** Name of its component, the last part of the component's type token. */
    readonly component: string;
    /** Schema of a Deployment's `backend` of this kind. */
    readonly schema: KindSchema;
    /** Returns the names of the environment variables that the backend sets. */
    readonly envNames: (backend: Readonly<Record<string, unknown>>) => readonly string[];
    /** The names of all that it may set, whatever its config. */
    readonly allEnvNames: readonly string[];
    /** Returns the environment variables of others that would keep Airflow from reading with these of ours. */
    readonly overriddenBy: (envNames: readonly string[]) => readonly OverridingVariable[];
    /** The cloud's standard environment variables for a credential, which every DAG can use. The backend may set them. */
    readonly cloudIdentity?: CloudIdentity;
    /** Set if a Deployment can log in without a stored credential. */
    readonly keyless?: KeylessLogin;
    /** Returns what the backend may read; `undefined` if it is of another kind or the relevant keys are invalid. */
    readonly reach: (backend: unknown) => BackendReach | undefined;
    /**
     * Returns the path of the backend's mount. No service has mounts inside each other: one of two such paths in a config is
     * not the path of a mount.
     */
    readonly mount?: (backend: unknown) => string | undefined;
    /** Returns settings that must be the same in all Deployments that use the same part of the service. */
    readonly sharedSettings?: (backend: unknown) => readonly SharedSetting[];
    readonly lifecycle: Lifecycle;
    /** Reads with the environment variables of a Deployment, as Airflow does. */
    readonly probe: Probe;
    /** How to ask the service which credentials an identity has. */
    readonly credentials: ServiceCredentials;
    /** What is different in a test stack. Nothing of a test stack may remain after it is destroyed. */
    readonly testStack?: TestStackRules;
    /** The resource types that its component creates. */
    readonly resources: ResourceTypes;
}

/** Schema of an object whose `kind` is a literal. */
export type KindSchema = z.ZodObject<{ kind: z.ZodLiteral<string> }>;

/**
 * A cloud whose standard environment variables hold the credential. The credential becomes the identity of everything
 * that runs in the Deployment.
 */
export interface CloudIdentity {
    readonly cloud: string;
    readonly envVars: readonly string[];
    /** The kind of identity that a task then has, e.g. `user`. */
    readonly principal: string;
}

/** The secrets that a Deployment may read, and how its config could select others. */
export interface BackendReach extends Omit<Reach, "shareSecrets"> {
    readonly scope: string | undefined;
    /** Whether `scope` can be set. If not, other keys determine the names. */
    readonly takesScope: boolean;
    /** How the names of its secrets begin, where that is not what the grant is for. Default: `prefixes`. */
    readonly names?: readonly string[];
    /** How to get other prefixes, as part of an error message, e.g. `another scope or mount`. */
    readonly alternative: string;
}

/**
 * Where a Deployment's secrets are: the kind of backend, and its `placeKeys` as they are in the config. It is kept in the
 * state.
 */
export interface Place {
    readonly kind: string;
    readonly [key: string]: unknown;
}

/** A secret of Airflow, without its value. */
export interface AirflowKey {
    readonly kind: SecretKind;
    /** The variable's key, or the connection's id. */
    readonly key: string;
}

/** The secrets in a place, or why they are not known: the missing right, as a part of a sentence. */
export type ListedKeys =
    | {
          readonly keys: readonly AirflowKey[];
          /** Whether names in the service have all characters of a key. If not, `_` and `-` are the same, and case too. */
          readonly isExact: boolean;
      }
    | { readonly unknown: string };

/** How the identities of a kind of backend live, and their credentials. */
export interface Lifecycle {
    /**
     * The keys of `backend` that decide what the identity may read, where, and how it logs in. If one of them changes,
     * another identity is created beside the old one.
     */
    readonly identityKeys: readonly string[];
    /** Those of them that decide where the secrets are. */
    readonly placeKeys: readonly string[];
    /** Those of them that decide which store is created for the Deployment. Left out if the kind creates none. */
    readonly storeKeys?: readonly string[];
    /** The parts of an identity and of its credentials, in the order in which they are created. */
    readonly parts: readonly IdentityPart[];
    /** Default of `rotation.every`, in days. */
    readonly rotationDays: number;
    /** Returns how long a new credential lives; left out, or `undefined`, if the service sets no end. */
    readonly credentialLife?: (backend: Readonly<Record<string, unknown>>) => CredentialLife | undefined;
    /** Reads when a credential ends from the outputs of its resource: an RFC 3339 time. `undefined` if it has none. */
    readonly credentialEnd?: (output: (name: string) => unknown) => string | undefined;
}

export interface IdentityPart {
    /** As in the resource's logical name, without a number at its end. */
    readonly name: string;
    /** The part with which the service deletes it too. */
    readonly deletedWith?: string;
    /** The resource's outputs that are secret. */
    readonly secretOutputs?: readonly string[];
}

export interface CredentialLife {
    /** The key of `backend` that sets it. If its value is invalid, nothing is known about the life. */
    readonly key: string;
    readonly ms: number;
}

export interface SharedSetting {
    /** The key in `backend`. */
    readonly key: string;
    readonly value: string | number;
    /** What the setting applies to, e.g. `the mount "secret"`. */
    readonly appliesTo: string;
    readonly rule: Rule;
}

export interface TestStackRules {
    /** Default values of keys of `backend`. */
    readonly defaults: Readonly<Record<string, unknown>>;
    /** Returns the keys whose value would make the service keep something after the stack is destroyed. */
    readonly findRetention: (
        backend: Readonly<Record<string, unknown>>,
    ) => readonly { readonly key: string; readonly found: string; readonly rule: Rule }[];
}

/** A Deployment with one kind of backend. */
export interface BackendDeployment<Config> {
    /** The Deployment's name in the config, for messages. */
    readonly name: string;
    readonly current: Current;
    readonly backend: Config;
    /** The pods that log in with their own token; `undefined` if the Deployment logs in with a credential. */
    readonly pods: TrustedPods | undefined;
    readonly testSecrets: boolean;
    /** Whether another Deployment that says so too may read the same secrets. */
    readonly shareSecrets: boolean;
    /** Whether a resource with this logical name is in the stack's state. */
    readonly isInState: (name: string) => boolean;
    /**
     * Whether a resource with this logical name may exist although it is not in the state, because the last run was
     * interrupted. If it is found, it is imported.
     */
    readonly mayExist: (name: string) => boolean;
}

/** The cloud accounts, the Vault and the cluster that the stack's config expects; `undefined` if it does not say. */
export interface ExpectedAccounts {
    readonly awsAccountId?: string | undefined;
    readonly azureSubscriptionId?: string | undefined;
    readonly vaultClusterId?: string | undefined;
    readonly kubernetesClusterUid?: string | undefined;
}

/** A service that stores secrets. It is checked before anything is changed; then the backends are created in it. */
export interface BackendService<Config extends { readonly kind: string }> {
    /** The kinds of backend that use this service. */
    readonly kinds: readonly Config["kind"][];
    /**
     * Checks the service, and reads what its backends need. Runs in a preview too.
     *
     * @param deployments at least one
     * @throws RunError if the service cannot be used at all
     */
    lookUp(
        deployments: readonly BackendDeployment<Config>[],
        expected: ExpectedAccounts,
    ): Promise<FoundBackends<Config>>;
    /**
     * Lists the secrets in a place with Pulumi's login, and reads no value. Runs in a preview too.
     *
     * @param owner of the Deployment that reads there
     */
    listKeys(place: Place, owner: Owner): Promise<ListedKeys>;
}

export interface FoundBackends<Config> {
    /** Each is a sentence without a full stop. */
    readonly problems: readonly string[];
    create(deployment: BackendDeployment<Config>): SecretsBackend & pulumi.ComponentResource;
    /** What the service keeps after the stack is destroyed. `npm run teardown` reads it from a test stack's state. */
    readonly keptOnDestroy?: Readonly<Record<string, object>>;
}
