import * as pulumi from "@pulumi/pulumi";

/** What to do about an error that a cloud answers in the middle of an `up`. */
export interface Advice {
    /** What the cloud's error says. */
    readonly sign: RegExp;
    readonly say: (args: pulumi.ErrorHookArgs) => string;
    /** Does away with the cause, so that another try is worth while; an error says why it could not. */
    readonly mend?: (args: pulumi.ErrorHookArgs) => Promise<void>;
    /** How often it is worth to mend; once where nothing is said. */
    readonly tries?: number;
}

/** What to do about the latest error; nothing where we know no better than the cloud's own words. */
export function adviceOn(advices: readonly Advice[], args: pulumi.ErrorHookArgs): string | undefined {
    return adviceFor(advices, args)?.say(args);
}

function adviceFor(advices: readonly Advice[], { errors: [latest = ""] }: pulumi.ErrorHookArgs): Advice | undefined {
    return advices.find(({ sign }) => sign.test(latest));
}

/** The inputs that it is about: of a thing that is deleted, the old ones. */
export function inputsOf({ newInputs, oldInputs }: pulumi.ErrorHookArgs): Record<string, unknown> {
    return newInputs ?? oldInputs ?? {};
}

/** Mends what can be mended, as often as it is worth to, or says what to do. Gives whether to try again. */
export async function answerError(advices: readonly Advice[], args: pulumi.ErrorHookArgs): Promise<boolean> {
    const advice = adviceFor(advices, args);
    if (advice === undefined) {
        return false;
    }
    const seen = args.errors.filter((error) => advice.sign.test(error)).length;
    // A preview changes nothing.
    if (advice.mend === undefined || seen > (advice.tries ?? 1) || pulumi.runtime.isDryRun()) {
        await pulumi.log.warn(advice.say(args));
        return false;
    }
    try {
        await advice.mend(args);
        return true;
    } catch (error) {
        await pulumi.log.warn(`${advice.say(args)} (${error instanceof Error ? error.message : String(error)})`);
        return false;
    }
}

/** Options of a component's resources: beside a cloud's error, print what to do about it. */
export function withAdvice(
    parent: pulumi.ComponentResource,
    name: string,
    advices: readonly Advice[],
): pulumi.CustomResourceOptions {
    const advise = new pulumi.ErrorHook(`${name}-advice`, (args) => answerError(advices, args));
    return { parent, hooks: { onError: [advise] } };
}
