import type * as pulumi from "@pulumi/pulumi";

/**
 * Ids of resources that an interrupted run created, by logical name. They exist, but they are not in the state: they are
 * imported, since the service does not create them again.
 */
export type ExistingIds = ReadonlyMap<string, string>;

/** A resource to look for. */
export interface Lookup {
    /** Its logical name. */
    readonly name: string;
    /** Returns its id; `undefined` if it does not exist, or if it may be somebody else's. */
    readonly find: () => Promise<string | undefined>;
}

/** Looks for resources that an interrupted run may have created. */
export async function findExisting(
    lookups: readonly Lookup[],
    mayExist: (name: string) => boolean,
): Promise<ExistingIds> {
    const found = lookups
        .filter(({ name }) => mayExist(name))
        .map(async ({ name, find }): Promise<[string, string][]> => {
            const id = await find();
            return id === undefined ? [] : [[name, id]];
        });
    return new Map((await Promise.all(found)).flat());
}

/** Looks for the existing resources of each Deployment; returns them by its name. */
export async function existingByDeployment<Deployment extends { readonly name: string }>(
    deployments: readonly Deployment[],
    find: (deployment: Deployment) => Promise<ExistingIds>,
): Promise<ReadonlyMap<string, ExistingIds>> {
    return new Map(await Promise.all(deployments.map(async (each) => [each.name, await find(each)] as const)));
}

/** Returns the options of a resource, which is imported if it has an id in `existing`. */
export function importing(
    opts: pulumi.CustomResourceOptions,
    existing: ExistingIds | undefined,
    name: string,
): pulumi.CustomResourceOptions {
    const id = existing?.get(name);
    return id === undefined ? opts : { ...opts, import: id };
}
