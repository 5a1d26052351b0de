import * as pulumi from "@pulumi/pulumi";

/**
 * Returns the options of a test secret without a configured KMS key. The provider plugin can set a secret's key, but
 * not remove it. A secret that had a key would keep it, and every preview would show its removal.
 *
 * @param name the Deployment's name
 */
export function withoutKmsKey(
    name: string,
    recoveryWindowInDays: number,
    opts: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
    if (recoveryWindowInDays === 0) {
        return { ...opts, replaceOnChanges: ["kmsKeyId"], deleteBeforeReplace: true };
    }
    const refuse = (args: pulumi.ResourceHookArgs): void => {
        const message = keyRemovalError(args, recoveryWindowInDays);
        if (message !== undefined) {
            throw new Error(message);
        }
    };
    const beforeUpdate = [new pulumi.ResourceHook(`${name}-kms-key`, refuse, { onDryRun: true })];
    return { ...opts, hooks: { ...opts.hooks, beforeUpdate } };
}

/**
 * Returns an error message if a secret has a key that would have to be removed. AWS keeps the name of a deleted secret,
 * so a secret with a recovery window cannot be deleted and created again under its name.
 */
export function keyRemovalError(
    { oldOutputs = {} }: pulumi.ResourceHookArgs,
    recoveryWindowInDays: number,
): string | undefined {
    const { name, region, kmsKeyId } = oldOutputs as Partial<Record<string, string | null>>;
    if (kmsKeyId === undefined || kmsKeyId === null || kmsKeyId === "") {
        return undefined;
    }
    return (
        `AWS encrypts the secret "${String(name)}" with ${kmsKeyId}, and the config names no kmsKeyArn any more. Set ` +
        "kmsKeyArn again, or remove the key of this secret and of the Deployment's other test secrets (aws " +
        `secretsmanager update-secret --region ${String(region)} --secret-id ${String(name)} --kms-key-id ""), run ` +
        "pulumi refresh, and run this command again. The secret was not changed: the provider plugin cannot remove a " +
        `secret's key, and AWS keeps the name of a deleted secret for ${recoveryWindowInDays} days, so that it cannot be ` +
        "recreated."
    );
}
