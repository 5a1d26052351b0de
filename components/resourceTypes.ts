import type { Granted } from "./grants/grant";

/** A resource's inputs as they are in the state or in the engine's events. */
export type Inputs = Readonly<Record<string, unknown>>;

/** What the commands know about a type of resource. */
export interface ResourceType {
    /** Its id, built from its inputs; or that it is deleted together with another resource, so that no id is needed. */
    readonly id: IdOf | typeof DELETED_WITH_PARENT;
    /** What it grants, or how it limits what others grant. `undefined` if the inputs are in a form that is not understood. */
    readonly grants?: (inputs: Inputs) => Granted | undefined;
    /** Set if a Deployment logs in with it: what it logs in as, or with what. */
    readonly login?: "identity" | "credential";
}

/** By type token. */
export type ResourceTypes = Readonly<Record<string, ResourceType>>;

/** @throws Error if an input is missing */
export type IdOf = (inputs: Inputs, context: IdContext) => string | Promise<string | undefined>;

export interface IdContext {
    /** The Azure subscription of the stack. */
    readonly azureSubscriptionId: string | undefined;
    /** Object id of the app registration with that name; `undefined` if there is none. */
    readonly findApplication: (displayName: string) => Promise<string | undefined>;
}

/** Only the service knows its id. */
export const DELETED_WITH_PARENT = "deleted with its parent";

/** An input that has to be a text. */
export function requiredText(inputs: Inputs, name: string): string {
    const value = inputs[name];
    if (typeof value !== "string" || value === "") {
        throw new Error(`an up was interrupted while it created a resource, and its state has no ${name}`);
    }
    return value;
}

/** An input that is an object. */
export function nested(inputs: Inputs, name: string): Inputs {
    return (inputs[name] ?? {}) as Inputs;
}
