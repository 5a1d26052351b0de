import * as pulumi from "@pulumi/pulumi";

/** What to do about an error that a cloud answers in the middle of an `up`. */
export interface Advice {
    /** What the cloud's error says. */
    readonly sign: RegExp;
    readonly say: (args: pulumi.ErrorHookArgs) => string;
}

/** What to do about the latest error; nothing where we know no better than the cloud's own words. */
export function adviceOn(advices: readonly Advice[], args: pulumi.ErrorHookArgs): string | undefined {
    const [latest = ""] = args.errors;
    return advices.find(({ sign }) => sign.test(latest))?.say(args);
}

/** Options of a component's resources: beside a cloud's error, print what to do about it. */
export function withAdvice(
    parent: pulumi.ComponentResource,
    name: string,
    advices: readonly Advice[],
): pulumi.CustomResourceOptions {
    const advise = new pulumi.ErrorHook(`${name}-advice`, async (args) => {
        const advice = adviceOn(advices, args);
        if (advice !== undefined) {
            await pulumi.log.warn(advice);
        }
        // Nothing here is mended by trying again.
        return false;
    });
    return { parent, hooks: { onError: [advise] } };
}
