import type { TestStackRules } from "../components/backend";
import { componentType } from "../components/componentType";
import type { Problem } from "../config/errors";
import { validObject } from "../config/partial";
import { advice } from "../config/rules";
import { backendKinds } from "./kinds";

/**
 * Rules for test stacks: stacks that expire and are torn down. Nothing of them may remain in a service, so some keys
 * have a different default and fewer allowed values.
 */

/** Type token of the component that marks a test stack in its state. */
export const testStackType = componentType("TestStack");

/** Returns the config of a Deployment with the defaults of a test stack. */
export function withTestStackDefaults(item: unknown): unknown {
    const { backend } = validObject(item);
    const defaults = rulesFor(backend)?.defaults;
    return defaults === undefined ? item : { ...(item as object), backend: { ...defaults, ...validObject(backend) } };
}

/** Finds values that would leave something behind in a service. */
export function testStackProblems(items: readonly unknown[]): Problem[] {
    return items.flatMap((item, index) => {
        const { backend } = validObject(item);
        return (rulesFor(backend)?.findRetention(validObject(backend)) ?? []).map(({ key, found, rule }) => ({
            path: ["deployments", index, "backend", key],
            found: `${found} in a stack that expires`,
            advice: advice(rule),
        }));
    });
}

function rulesFor(backend: unknown): TestStackRules | undefined {
    const { kind } = validObject(backend);
    return backendKinds.find((each) => each.kind === kind)?.testStack;
}
