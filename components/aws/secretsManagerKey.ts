import * as pulumi from "@pulumi/pulumi";

/**
 * Options of a test secret for which no KMS key is named: the provider plugin tells AWS of a key, and never that there is
 * none any more. A secret that had one would keep it, and each preview would want to take it away.
 *
 * @param name the Deployment's name
 */
export function withoutKey(
    name: string,
    recoveryWindowInDays: number,
    opts: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
    if (recoveryWindowInDays === 0) {
        return { ...opts, replaceOnChanges: ["kmsKeyId"], deleteBeforeReplace: true };
    }
    const refuse = (args: pulumi.ResourceHookArgs): void => {
        const refusal = keptKey(args, recoveryWindowInDays);
        if (refusal !== undefined) {
            throw new Error(refusal);
        }
    };
    const beforeUpdate = [new pulumi.ResourceHook(`${name}-kms-key`, refuse, { onDryRun: true })];
    return { ...opts, hooks: { ...opts.hooks, beforeUpdate } };
}

/** AWS keeps the name of a deleted secret, so one with a recovery window cannot be made anew under its name. */
export function keptKey(
    { oldOutputs = {} }: pulumi.ResourceHookArgs,
    recoveryWindowInDays: number,
): string | undefined {
    const { name, region, kmsKeyId } = oldOutputs as Partial<Record<string, string | null>>;
    if (kmsKeyId === undefined || kmsKeyId === null || kmsKeyId === "") {
        return undefined;
    }
    return (
        `AWS encrypts the secret "${String(name)}" with ${kmsKeyId}, and the config names no kmsKeyArn any more. The ` +
        "provider plugin cannot take the key of a secret away, and AWS keeps the name of a deleted secret for " +
        `${recoveryWindowInDays} days, so that it cannot be made anew. The secret is as it was. Take its key away (aws ` +
        `secretsmanager update-secret --region ${String(region)} --secret-id ${String(name)} --kms-key-id ""), and those ` +
        "of the Deployment's other test secrets, run pulumi refresh, and then this again. Or name the key in the config again."
    );
}
