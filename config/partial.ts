import { z } from "zod";
import { nearest } from "./nearest";

/**
 * Reads the valid parts of a config that may have problems elsewhere, so that the checks across Deployments can report
 * their problems together with all others.
 */

const anyObject = z.looseObject({});
const anyList = z.array(z.unknown());

/** Returns the parsed value; `undefined` if the schema rejects it. */
export function valid<T extends z.ZodType>(schema: T, value: unknown): z.output<T> | undefined {
    return schema.safeParse(value).data;
}

/** Returns the object; an empty one if the value is not an object. */
export function validObject(value: unknown): Readonly<Record<string, unknown>> {
    return valid(anyObject, value) ?? {};
}

/** Returns the array; an empty one if the value is not an array. */
export function validList(value: unknown): readonly unknown[] {
    return valid(anyList, value) ?? [];
}

/**
 * Returns some keys of an object, with their defaults. `undefined` if one of them is invalid or may be present under a
 * mistyped name: using its default would report problems that disappear once the name is corrected.
 */
export function validKeys<Shape extends z.ZodRawShape, const Key extends keyof Shape & string>(
    schema: z.ZodObject<Shape>,
    keys: readonly Key[],
    value: unknown,
): z.output<z.ZodObject<Pick<Shape, Key>>> | undefined {
    const known = Object.keys(schema.shape);
    const unknown = Object.keys(validObject(value)).filter((key) => !known.includes(key));
    if (unknown.some((key) => (keys as readonly string[]).includes(nearest(key, known) ?? ""))) {
        return undefined;
    }
    const shape = Object.fromEntries(keys.map((key) => [key, schema.shape[key]])) as Pick<Shape, Key>;
    return valid(z.object(shape), value);
}
