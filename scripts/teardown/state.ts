import type { AzureKept } from "../../components/azure/kept";
import { testStackType } from "../../stack/testStackConfig";
import { isExpires } from "../../stack/expires";
import { urnParts } from "../../lib/urn";

/** The relevant fields of a resource in an exported state. Its secrets are encrypted. */
export interface StateResource {
    readonly urn: string;
    readonly type: string;
    /** Whether a provider manages the resource; not set for components. */
    readonly custom?: boolean;
    readonly id?: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
    /** Set if the resource was replaced and is still to be deleted. */
    readonly delete?: boolean;
}

/** An operation that was in progress when the engine was killed. */
export interface PendingOperation {
    /** E.g. `creating`. */
    readonly type: string;
    readonly resource: StateResource;
}

/** The output of `pulumi stack export`. */
export interface ExportedState {
    readonly version: number;
    readonly deployment: {
        readonly resources?: readonly StateResource[];
        readonly pending_operations?: readonly PendingOperation[];
    };
}

/** The component that marks a test stack: when the stack may be torn down, and what Azure keeps of it. */
export interface FoundTestStack {
    readonly urn: string;
    readonly expires?: string;
    readonly azure?: AzureKept;
}

export const STACK = "pulumi:pulumi:Stack";
/** Types of Pulumi's own resources: providers, and records in the state. */
const OWN = ["pulumi:providers:", "pulumi:index:"];

/** Returns the component that marks a test stack; `undefined` if the stack is not one. */
export function testStackIn({ deployment }: ExportedState): FoundTestStack | undefined {
    const found = deployment.resources?.find(({ type }) => type === testStackType);
    return found === undefined ? undefined : { ...found.inputs, urn: found.urn };
}

/**
 * Returns when the stack may be torn down, from its state; `undefined` if it is not a test stack.
 *
 * @throws Error if the value is not a time: somebody edited the state
 */
export function expiresInState(state: ExportedState): string | undefined {
    const found = testStackIn(state)?.expires;
    if (found !== undefined && !isExpires(found)) {
        throw new Error(
            `its state says that it expires at ${JSON.stringify(found)}, which is not a valid time: run pulumi up ` +
                "with the stack's file, or destroy it by hand",
        );
    }
    return found;
}

/**
 * Returns the resources that the stack has, or may have, in services: all except for Pulumi's own, and the ones of
 * pending operations.
 */
export function remainingResources({ deployment }: ExportedState): readonly StateResource[] {
    const pending = (deployment.pending_operations ?? []).map(({ resource }) => resource);
    return [...(deployment.resources ?? []), ...pending].filter(
        ({ type }) => type !== STACK && type !== testStackType && !OWN.some((own) => type.startsWith(own)),
    );
}

/** Returns `<type> <name>`, for messages. */
export function shortName({ urn }: Pick<StateResource, "urn">): string {
    const { type, name } = urnParts(urn);
    return `${type} ${name}`;
}
