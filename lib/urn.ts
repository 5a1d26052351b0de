/** Of a resource's URN: https://www.pulumi.com/docs/iac/concepts/resources/names/#urns; a name may have colons in it. */
export function urnParts(urn: string): { readonly type: string; readonly name: string } {
    const [, , types = "", ...name] = urn.split("::");
    return { type: types.split("$").at(-1) ?? "", name: name.join("::") };
}
