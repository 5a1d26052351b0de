import type { BackendDeployment } from "../../../components/backend";
import type { Current, Owner } from "../../../components/owner";
import { mockNames } from "./mockAnswers";

export const NAME = "solar-dust-1234";
export const IDENTITY = "0a1b2c3d";
export const PLACE = "4e5f6a7b";
export const STORE = "8c9d0e1f";

/** Returns the owner of a Deployment's resources in the stack of the mocks. */
export function ownerOf(deployment: string = NAME, stack: string = mockNames.stack): Owner {
    return { project: mockNames.project, stack, deployment };
}

/** Returns what a Deployment has, with its first credential. */
export function currentOf(more: Partial<Current> = {}): Current {
    return { owner: ownerOf(), identity: IDENTITY, place: PLACE, store: STORE, generation: 1, ...more };
}

/** Returns a Deployment of which nothing is in the state yet. */
export function deploymentWith<Config>(
    backend: Config,
    more: Partial<BackendDeployment<Config>> = {},
): BackendDeployment<Config> {
    return {
        name: NAME,
        current: currentOf(),
        backend,
        pods: undefined,
        testSecrets: true,
        shareSecrets: false,
        isInState: () => false,
        mayExist: () => true,
        ...more,
    };
}
