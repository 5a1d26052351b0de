import type { ExportedState, PendingOperation, StateResource } from "./state";

export interface Adopted {
    readonly state: ExportedState;
    /** URNs of what is now among the resources, and may be there or not: a refresh tells. */
    readonly unsure: readonly string[];
}

export function pendingCreates({ deployment }: ExportedState): readonly StateResource[] {
    return (deployment.pending_operations ?? []).filter(isCreate).map(({ resource }) => resource);
}

/**
 * Makes resources of the creates that an engine was killed in, so that destroy deletes them; one without an id is
 * dropped. The engine's own way, `pulumi refresh --import-pending-creates`, only writes the id down and then forgets the
 * operation, and with it the thing (3.256). What was being updated or deleted is among the resources already.
 *
 * @param ids by URN
 */
export function adopt(state: ExportedState, ids: ReadonlyMap<string, string>): Adopted {
    const { resources = [], pending_operations: pending = [] } = state.deployment;
    const found = pending.filter(isCreate).flatMap(({ resource }) => {
        const id = ids.get(resource.urn);
        const isKnown = resources.some((known) => known.urn === resource.urn && known.id === id);
        return id === undefined || isKnown ? [] : [{ ...resource, id, outputs: resource.inputs ?? {} }];
    });
    const isReplacement = ({ urn }: StateResource): boolean => resources.some((known) => known.urn === urn);
    // One of a name may be in the state once; beside it, others that are still to be deleted.
    const added = found.map((resource) => (isReplacement(resource) ? { ...resource, delete: true } : resource));
    const deployment = {
        ...state.deployment,
        resources: [...resources, ...added],
        pending_operations: [],
    };
    return { state: { ...state, deployment }, unsure: added.map(({ urn }) => urn) };
}

function isCreate({ type }: PendingOperation): boolean {
    // A create whose id somebody has told the engine, which has not looked at it.
    return type === "creating" || type === "importing";
}
