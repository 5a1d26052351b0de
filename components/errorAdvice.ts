import * as pulumi from "@pulumi/pulumi";

/** What to do about an error that a cloud returns during `pulumi up`. */
export interface ErrorAdvice {
    /** Matches the cloud's error message. */
    readonly matches: RegExp;
    readonly message: (args: pulumi.ErrorHookArgs) => string;
    /**
     * Removes the cause, so that Pulumi can retry the operation.
     *
     * @throws Error with the reason if the cause cannot be removed
     */
    readonly fix?: (args: pulumi.ErrorHookArgs) => Promise<void>;
    /** How often to try `fix`. Default: 1. */
    readonly attempts?: number;
}

/** Returns what to do about the latest error; `undefined` if there is nothing to add to the cloud's own message. */
export function adviceMessage(advice: readonly ErrorAdvice[], args: pulumi.ErrorHookArgs): string | undefined {
    return findAdvice(advice, args)?.message(args);
}

function findAdvice(
    advice: readonly ErrorAdvice[],
    { errors: [latest = ""] }: pulumi.ErrorHookArgs,
): ErrorAdvice | undefined {
    return advice.find(({ matches }) => matches.test(latest));
}

/** Returns the inputs of the resource that failed: the old inputs if it is being deleted. */
export function failedInputs({ newInputs, oldInputs }: pulumi.ErrorHookArgs): Record<string, unknown> {
    return newInputs ?? oldInputs ?? {};
}

/** Fixes the cause of an error if possible, otherwise prints what to do. Returns whether Pulumi should retry. */
export async function handleError(advice: readonly ErrorAdvice[], args: pulumi.ErrorHookArgs): Promise<boolean> {
    const found = findAdvice(advice, args);
    if (found === undefined) {
        return false;
    }
    const occurrences = args.errors.filter((error) => found.matches.test(error)).length;
    // A preview must not change anything.
    if (found.fix === undefined || occurrences > (found.attempts ?? 1) || pulumi.runtime.isDryRun()) {
        await pulumi.log.warn(found.message(args));
        return false;
    }
    try {
        await found.fix(args);
        return true;
    } catch (error) {
        await pulumi.log.warn(`${found.message(args)} (${error instanceof Error ? error.message : String(error)})`);
        return false;
    }
}

/** Returns options for a component's resources that print what to do about a cloud's error, next to the error. */
export function withErrorAdvice(
    parent: pulumi.ComponentResource,
    name: string,
    advice: readonly ErrorAdvice[],
): pulumi.CustomResourceOptions & { readonly hooks: pulumi.ResourceHookBinding } {
    const hook = new pulumi.ErrorHook(`${name}-advice`, (args) => handleError(advice, args));
    return { parent, hooks: { onError: [hook] } };
}
