import { isMapping } from "../../../lib/json";

/** A tag, as AWS's clients take it. */
export interface Tag {
    readonly Key: string;
    readonly Value: string;
}

/** Returns a resource's input `tags` in AWS's form. */
export function toTags(tags: unknown): Tag[] {
    return isMapping(tags) ? Object.entries(tags).map(([Key, Value]) => ({ Key, Value: String(Value) })) : [];
}

/** Returns the outputs `tags` and `tagsAll` of a resource with these tags. They are the same without default tags. */
export function tagOutputs(
    list: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
): { readonly tags: object; readonly tagsAll: object } {
    const tags = Object.fromEntries(list.map(({ Key = "", Value = "" }) => [Key, Value]));
    return { tags, tagsAll: tags };
}

/** Returns the tags to set and the keys of those to remove. */
export function tagChanges(
    before: unknown,
    after: unknown,
): { readonly changed: readonly Tag[]; readonly removed: readonly string[] } {
    const [old, wanted] = [toTags(before), toTags(after)];
    return {
        changed: wanted.filter(({ Key, Value }) => !old.some((each) => each.Key === Key && each.Value === Value)),
        removed: old.flatMap(({ Key }) => (wanted.some((each) => each.Key === Key) ? [] : Key)),
    };
}
