import type { BackendReach, SharedSetting } from "../components/backend";
import type { Claim } from "../components/target";
import type { Reach } from "../config/overlap";
import { keysReader, valid, validObject } from "../config/partial";
import { backendKinds, reachOf, targetKinds } from "./kinds";
import { deployment } from "./schema";

/**
 * The valid parts of a Deployment's config that the checks across Deployments need. Other parts may be invalid, so that
 * all problems can be reported together.
 */
export interface PartialDeployment {
    readonly index: number;
    readonly name: string | undefined;
    readonly backendReach: BackendReach | undefined;
    /** What the overlap check compares; `undefined` if a key that decides it is invalid. */
    readonly reach: Reach | undefined;
    /** Whether it creates test secrets; `undefined` if that is not clear. */
    readonly testSecrets: boolean | undefined;
    readonly mount: string | undefined;
    readonly sharedSettings: readonly SharedSetting[];
    readonly claims: readonly Claim[];
}

const readShareSecrets = keysReader(deployment, ["shareSecrets"]);
const readTestSecrets = keysReader(deployment, ["testSecrets"]);

/** Reads a Deployment's config as far as it is valid. */
export function partialDeployment(item: unknown, index: number): PartialDeployment {
    const { name: givenName, backend, target } = validObject(item);
    const name = valid(deployment.shape.name, givenName);
    const shareSecrets = readShareSecrets(validObject(item))?.shareSecrets;
    const backendReach = reachOf(backend);
    return {
        index,
        name,
        backendReach,
        reach: backendReach === undefined || shareSecrets === undefined ? undefined : { ...backendReach, shareSecrets },
        testSecrets: readTestSecrets(validObject(item))?.testSecrets,
        mount: backendKinds.flatMap((kind) => kind.mount?.(backend) ?? [])[0],
        sharedSettings: backendKinds.flatMap((kind) => kind.sharedSettings?.(backend) ?? []),
        claims: targetKinds.flatMap((kind) => kind.claims(target, name)),
    };
}
