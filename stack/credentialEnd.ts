import { parseResourceName } from "../components/names";
import { isSameCredential, type CredentialId } from "../components/owner";
import { backendKinds } from "./kinds";
import type { StateResource } from "./stateResource";

/** Returns when a credential in the state ends; `undefined` if it is not there, or if the service sets no end. */
export function credentialEnd(resources: readonly StateResource[], credential: CredentialId): Date | undefined {
    const [end] = resources
        .filter(({ name }) => {
            const { hash = "", generation = 0 } = parseResourceName(name) ?? {};
            return isSameCredential(credential, { identity: hash, generation });
        })
        .flatMap(({ type, output }) => {
            const kind = backendKinds.find((each) => each.resources[type]?.login === "credential");
            return kind?.lifecycle.credentialEnd?.(output) ?? [];
        })
        .map(Date.parse)
        .filter((time) => Number.isFinite(time));
    return end === undefined ? undefined : new Date(end);
}
