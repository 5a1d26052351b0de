import type { Mistake } from "../config/errors";
import { validObject } from "../config/partial";
import { advice } from "../config/rules";
import { backendKinds } from "./kinds";

/** Type of the component that marks a test stack in its state. */
export const testStackType = "airflow-secrets-backends:index:TestStack";

/**
 * A test stack is one that expires and is torn down. Nothing of it may stay anywhere, so some keys have another default
 * and fewer allowed values.
 */

/** A Deployment with a test stack's defaults. */
export function withTestStackDefaults(item: unknown): unknown {
    const { backend } = validObject(item);
    const defaults = rulesFor(backend)?.defaults;
    return defaults === undefined ? item : { ...(item as object), backend: { ...defaults, ...validObject(backend) } };
}

/** Values that would leave something behind. */
export function testStackMistakes(items: readonly unknown[]): Mistake[] {
    return items.flatMap((item, index) => {
        const { backend } = validObject(item);
        return (rulesFor(backend)?.keeps(validObject(backend)) ?? []).map(({ key, found, rule }) => ({
            path: ["deployments", index, "backend", key],
            found: `${found} in a stack that expires`,
            advice: advice(rule),
        }));
    });
}

function rulesFor(backend: unknown) {
    const { kind } = validObject(backend);
    const [rules] = backendKinds.flatMap((each) => (each.kind === kind && "testStack" in each ? [each.testStack] : []));
    return rules;
}
