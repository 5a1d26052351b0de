/**
 * Parses the type of a resource, that of its parent (empty if that is the stack) and its logical name from its URN. A
 * name may contain colons. See https://www.pulumi.com/docs/iac/concepts/resources/names/#urns
 */
export function urnParts(urn: string): { readonly type: string; readonly parentType: string; readonly name: string } {
    const [, , types = "", ...name] = urn.split("::");
    const path = types.split("$");
    return { type: path.at(-1) ?? "", parentType: path.at(-2) ?? "", name: name.join("::") };
}

/** Returns the name of the stack in a URN. */
export function urnStack(urn: string): string {
    return /^urn:pulumi:([^:]+)::/.exec(urn)?.[1] ?? "";
}
