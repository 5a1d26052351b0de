import type { AzureKept } from "../../components/azure/kept";
import { testStackType } from "../../stack/testStackConfig";
import { isExpires } from "../../stack/expires";
import { urnParts } from "../../lib/urn";

/** What is looked at of a resource in an exported state. Secrets in it are ciphertexts. */
export interface StateResource {
    readonly urn: string;
    readonly type: string;
    /** Whether a provider has made it; a component is none. */
    readonly custom?: boolean;
    readonly id?: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
    /** Replaced already and still to be deleted. */
    readonly delete?: boolean;
}

/** What an engine had under way when it was killed. */
export interface PendingOperation {
    readonly type: string;
    readonly resource: StateResource;
}

/** What `pulumi stack export` gives. */
export interface ExportedState {
    readonly version: number;
    readonly deployment: {
        readonly resources?: readonly StateResource[];
        readonly pending_operations?: readonly PendingOperation[];
    };
}

/** The component that says when the stack may be torn down, and what Azure keeps of it. */
export interface FoundTestStack {
    readonly urn: string;
    readonly expires?: string;
    readonly azure?: AzureKept;
}

export const STACK = "pulumi:pulumi:Stack";
const PROVIDER = "pulumi:providers:";

export function testStackIn({ deployment }: ExportedState): FoundTestStack | undefined {
    const found = deployment.resources?.find(({ type }) => type === testStackType);
    return found === undefined ? undefined : { ...found.inputs, urn: found.urn };
}

/** When the stack may be torn down, as its state says; anything else than a time is what somebody has edited. */
export function expiresIn(state: ExportedState): string | undefined {
    const found = testStackIn(state)?.expires;
    if (found !== undefined && !isExpires(found)) {
        throw new Error(
            `its state says that it expires at ${JSON.stringify(found)}, which is no time: run pulumi up with the ` +
                "stack's file, or destroy it by hand",
        );
    }
    return found;
}

/** What the stack still has, or may have, in a service: every resource that is not Pulumi's own, and what was under way. */
export function thingsIn({ deployment }: ExportedState): readonly StateResource[] {
    const underWay = (deployment.pending_operations ?? []).map(({ resource }) => resource);
    return [...(deployment.resources ?? []), ...underWay].filter(
        ({ type }) => type !== STACK && type !== testStackType && !type.startsWith(PROVIDER),
    );
}

/** `type::name`, as short as a person can tell it. */
export function shortName({ urn }: Pick<StateResource, "urn">): string {
    const { type, name } = urnParts(urn);
    return `${type} ${name}`;
}
