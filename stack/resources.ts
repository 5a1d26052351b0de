import type { Granted } from "../components/grants/grant";
import type { Inputs, ResourceType, ResourceTypes } from "../components/resourceTypes";
import { backendKinds, targetKinds } from "./kinds";

/** All resource types that the stack creates, by type token. */
export const resourceTypes: ResourceTypes = Object.fromEntries(
    [...backendKinds, ...targetKinds].flatMap(({ resources }) => Object.entries(resources)),
);

/** Returns a resource type by its token; `undefined` if the stack does not create resources of this type. */
export function resourceType(type: string): ResourceType | undefined {
    return Object.hasOwn(resourceTypes, type) ? resourceTypes[type] : undefined;
}

/** Matches the name of a resource type that probably grants something; for types that the stack does not create. */
const grantWords = /polic|role|grant|binding|iam|member|permission|attachment|assignment|access(?!Key)|boundary/i;

/**
 * Classifies a resource type: `read` if its grants can be read from the inputs, `unknown` if its name suggests that it
 * grants something, `none` otherwise.
 */
export function grantKind(type: string): "read" | "unknown" | "none" {
    if (resourceType(type)?.grants !== undefined) {
        return "read";
    }
    return grantWords.test(type.slice(type.lastIndexOf(":") + 1)) ? "unknown" : "none";
}

/** Returns what a resource grants; `undefined` if the type or the form of its inputs is not supported. */
export function grantedBy(type: string, inputs: Inputs): Granted | undefined {
    return resourceType(type)?.grants?.(inputs);
}
