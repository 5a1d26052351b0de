import type { Granted } from "../components/grants/grant";
import type { Inputs, ResourceType, ResourceTypes } from "../components/resourceTypes";
import { backendKinds, targetKinds } from "./kinds";

/** Every type of resource that the stack creates, by type token. */
export const resourceTypes: ResourceTypes = Object.fromEntries(
    [...backendKinds, ...targetKinds].flatMap(({ resources }) => Object.entries(resources)),
);

export function resourceType(type: string): ResourceType | undefined {
    return Object.hasOwn(resourceTypes, type) ? resourceTypes[type] : undefined;
}

/** Parts of the name of a type that grants something, for types that this project does not know. */
const grantWords = /polic|role|grant|binding|iam|member|permission|attachment|assignment|access(?!Key)|boundary/i;

/** Whether a type of resource grants something, as far as that is known. */
export function grantKind(type: string): "read" | "unknown" | "none" {
    if (resourceType(type)?.grants !== undefined) {
        return "read";
    }
    return grantWords.test(type.slice(type.lastIndexOf(":") + 1)) ? "unknown" : "none";
}

/** What a resource of that type grants; `undefined` if that is not understood. */
export function grantedBy(type: string, inputs: Inputs): Granted | undefined {
    return resourceType(type)?.grants?.(inputs);
}
