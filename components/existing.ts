import type * as pulumi from "@pulumi/pulumi";
import type { Claims } from "./claims";
import { placeResource } from "./names";
import type { Current } from "./owner";

/**
 * Ids of resources that an interrupted run created, by logical name. They exist, but they are not in the state: they are
 * imported, since the service does not create them again.
 */
export type ExistingIds = ReadonlyMap<string, string>;

/** Returns the options of a resource, which is imported if an interrupted run has created it. */
export function importing(
    opts: pulumi.CustomResourceOptions,
    claims: Partial<Pick<Claims, "existing">> | undefined,
    name: string,
): pulumi.CustomResourceOptions {
    const id = claims?.existing?.get(name);
    return id === undefined ? opts : { ...opts, import: id };
}

/** Returns the test secrets that the stack creates: all but those that another stack shares. */
export function ownTestSecrets<T extends { readonly role: string }>(
    current: Current,
    testSecrets: readonly T[],
    claims: { readonly shared?: Claims["shared"] | undefined } | undefined,
): T[] {
    return testSecrets.filter(({ role }) => claims?.shared?.has(placeResource(current, role)) !== true);
}
