import { z } from "zod";
import { nearest } from "./nearest";

/**
 * Reads parts of a config that may have mistakes elsewhere. So checks across Deployments report their mistakes together
 * with all others.
 */

const anyObject = z.looseObject({});
const anyList = z.array(z.unknown());

/** The value if the schema accepts it. */
export function valid<T extends z.ZodType>(schema: T, value: unknown): z.output<T> | undefined {
    return schema.safeParse(value).data;
}

export function validObject(value: unknown): Readonly<Record<string, unknown>> {
    return valid(anyObject, value) ?? {};
}

export function validList(value: unknown): readonly unknown[] {
    return valid(anyList, value) ?? [];
}

/**
 * Some keys of an object, with their defaults. `undefined` if one of them is invalid, or may be there under a mistyped
 * name: a default in its place would cause errors that disappear when the name is corrected.
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
