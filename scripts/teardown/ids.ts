import { DELETED_WITH_PARENT, type IdContext } from "../../components/resourceTypes";
import { resourceType } from "../../stack/resources";
import type { StateResource } from "./state";

/**
 * Returns the id of a resource whose create was interrupted, built from its inputs: the engine was killed before it
 * could save the provider's answer. `undefined` if no id is needed.
 *
 * @throws Error for a type that is not known, or if an input is missing
 */
export async function idOf(
    { urn, type, custom, inputs = {} }: StateResource,
    context: IdContext,
): Promise<string | undefined> {
    // Pulumi's own resources, such as providers and records, exist in the state only.
    if (custom !== true || type.startsWith("pulumi:")) {
        return undefined;
    }
    const known = resourceType(type);
    if (known === undefined) {
        throw new Error(
            `an up was interrupted while it created ${urn}, and teardown does not know how to find a ${type}. Check ` +
                "whether it exists, delete it, and run pulumi refresh --clear-pending-creates",
        );
    }
    return known.id === DELETED_WITH_PARENT ? undefined : known.id(inputs, context);
}
