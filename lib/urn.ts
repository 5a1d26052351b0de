/**
 * Parses the type and the logical name of a resource from its URN. A name may contain colons. See
 * https://www.pulumi.com/docs/iac/concepts/resources/names/#urns
 */
export function urnParts(urn: string): { readonly type: string; readonly name: string } {
    const [, , types = "", ...name] = urn.split("::");
    return { type: types.split("$").at(-1) ?? "", name: name.join("::") };
}
