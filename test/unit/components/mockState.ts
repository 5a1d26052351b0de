import { mockNames, type MockState } from "./mockAnswers";
import type { Registered } from "./mocks";

export const STASH = "pulumi:index:Stash";

type State = Readonly<Record<string, MockState>>;

/** Returns the state after a run that registered these resources, by URN. */
export function stateAfter(registered: readonly Registered[]): State {
    return Object.fromEntries(
        registered.map(({ type, name, parent, inputs }) => {
            const types = parent === "" ? type : `${parent.split("::")[0] ?? ""}$${type}`;
            const urn = `urn:pulumi:${mockNames.stack}::${mockNames.project}::${types}::${name}`;
            return [urn, { type, outputs: type === STASH ? { ...inputs, output: inputs.input } : inputs }];
        }),
    );
}

/** Returns the state as it would be if everything in its records had happened so many days earlier. */
export function olderBy(days: number, state: State): State {
    const earlier = (time: string): string => new Date(Date.parse(time) - days * 86_400_000).toISOString();
    const older = (resource: MockState): MockState =>
        JSON.parse(JSON.stringify(resource).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, earlier)) as MockState;
    return Object.fromEntries(
        Object.entries(state).map(([urn, resource]) => [urn, resource.type === STASH ? older(resource) : resource]),
    );
}
