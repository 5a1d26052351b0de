import type { ExportedState, PendingOperation, StateResource } from "./state";

export interface Adopted {
    readonly state: ExportedState;
    /** URNs of the added resources. They may not exist: only a refresh shows it. */
    readonly unverified: readonly string[];
}

/** Returns the resources of the creates that were interrupted. */
export function pendingCreates({ deployment }: ExportedState): readonly StateResource[] {
    return (deployment.pending_operations ?? []).filter(isCreate).map(({ resource }) => resource);
}

/**
 * Turns the creates that were interrupted into resources, so that `pulumi destroy` deletes them. A create without an id
 * is dropped. Pulumi's own way, `pulumi refresh --import-pending-creates`, only records the id and then drops the
 * operation together with the resource (3.256). Resources that were being updated or deleted are in the state already.
 *
 * @param ids ids of the resources, by URN
 */
export function adopt(state: ExportedState, ids: ReadonlyMap<string, string>): Adopted {
    const { resources = [], pending_operations: pending = [] } = state.deployment;
    const found = pending.filter(isCreate).flatMap(({ resource }) => {
        const id = ids.get(resource.urn);
        const isInState = resources.some((known) => known.urn === resource.urn && known.id === id);
        return id === undefined || isInState ? [] : [{ ...resource, id, outputs: resource.inputs ?? {} }];
    });
    const isReplacement = ({ urn }: StateResource): boolean => resources.some((known) => known.urn === urn);
    // The state may contain a URN only once, except for replaced resources that are still to be deleted.
    const added = found.map((resource) => (isReplacement(resource) ? { ...resource, delete: true } : resource));
    const deployment = {
        ...state.deployment,
        resources: [...resources, ...added],
        pending_operations: [],
    };
    return { state: { ...state, deployment }, unverified: added.map(({ urn }) => urn) };
}

function isCreate({ type }: PendingOperation): boolean {
    // `importing`: the user passed the id to the engine, but the engine has not read the resource yet.
    return type === "creating" || type === "importing";
}
