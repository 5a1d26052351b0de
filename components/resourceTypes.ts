import type { Granted } from "./grants/grant";

/** A resource's inputs, as they are in the state or in the engine's events. */
export type Inputs = Readonly<Record<string, unknown>>;

/** What the commands know about a resource type. */
export interface ResourceType {
    /** Builds the id from the inputs. No id is needed if the resource is deleted together with another one. */
    readonly id: BuildId | typeof DELETED_WITH_PARENT;
    /** Returns what the resource grants, or how it limits grants; `undefined` if the inputs are not understood. */
    readonly grants?: (inputs: Inputs) => Granted | undefined;
    /** Returns whom the resource lets log in, in words; `undefined` if the inputs are not understood. */
    readonly trusts?: (inputs: Inputs) => readonly string[] | undefined;
    /** Set if a Deployment logs in with the resource: as an identity or with a credential. */
    readonly login?: "identity" | "credential";
    /** Names of the environment variables that the resource sets. */
    readonly envNames?: (inputs: Inputs) => { readonly plain: readonly string[]; readonly secret: readonly string[] };
}

/** Resource types by type token. */
export type ResourceTypes = Readonly<Record<string, ResourceType>>;

/**
 * Builds a resource's id; `undefined` if the resource does not exist.
 *
 * @throws Error if an input is missing
 */
export type BuildId = (inputs: Inputs, context: IdContext) => string | Promise<string | undefined>;

export interface IdContext {
    /** Id of the stack's Azure subscription. */
    readonly azureSubscriptionId: string | undefined;
    /** Returns the object id of the app registration with that name; `undefined` if there is none. */
    readonly findApplication: (displayName: string) => Promise<string | undefined>;
}

/** The id cannot be built from the inputs, and is not needed: the service deletes the resource with its parent. */
export const DELETED_WITH_PARENT = "deleted with its parent";

/**
 * Returns an input that must be a string.
 *
 * @throws Error if it is missing or empty
 */
export function requiredText(inputs: Inputs, name: string): string {
    const value = inputs[name];
    if (typeof value !== "string" || value === "") {
        throw new Error(
            `an up was interrupted while it created this resource, and its state does not have the input "${name}". Find ` +
                "the resource in its service, delete it, and run pulumi refresh --clear-pending-creates",
        );
    }
    return value;
}

/** Returns an input that is an object; an empty object if it is missing. */
export function nested(inputs: Inputs, name: string): Inputs {
    return (inputs[name] ?? {}) as Inputs;
}
