import { z } from "zod";
import { isMapping } from "../lib/json";
import { nearest } from "./nearest";

/**
 * Reads the valid parts of a config that may have problems elsewhere, so that the checks across Deployments can report
 * their problems together with all others.
 */

/** Returns the parsed value; `undefined` if the schema rejects it. */
export function valid<T extends z.ZodType>(schema: T, value: unknown): z.output<T> | undefined {
    return schema.safeParse(value).data;
}

/** Returns the object; an empty one if the value is not an object. */
export function validObject(value: unknown): Readonly<Record<string, unknown>> {
    return isMapping(value) ? value : {};
}

/** Returns the array; an empty one if the value is not an array. */
export function validList(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? value : [];
}

/**
 * Creates a function that returns some keys of an object, with their defaults. It returns `undefined` if one of them is
 * invalid or may be present under a mistyped name: using its default would report problems that disappear once the name
 * is corrected. Create it once, not for each value: zod compiles the schema.
 */
export function keysReader<Shape extends z.ZodRawShape, const Key extends keyof Shape & string>(
    schema: z.ZodObject<Shape>,
    keys: readonly Key[],
): (value: unknown) => z.output<z.ZodObject<Pick<Shape, Key>>> | undefined {
    const known = Object.keys(schema.shape);
    const part = z.object(Object.fromEntries(keys.map((key) => [key, schema.shape[key]])) as Pick<Shape, Key>);
    return (value) => {
        const unknown = Object.keys(validObject(value)).filter((key) => !known.includes(key));
        const mistyped = unknown.some((key) => Object.hasOwn(part.shape, nearest(key, known) ?? ""));
        return mistyped ? undefined : valid(part, value);
    };
}
