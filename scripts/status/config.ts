import { ConfigError } from "../../config/errors";
import { parseStack } from "../../stack/parse";
import { stackConfig, type DeploymentConfig } from "../../stack/schema";
import { CommandError } from "../command";
import { pulumiOrThrow } from "../pulumi";

export const PROJECT = "airflow-secrets-backends";

/** Pulumi's exit code for a configuration error. */
const CONFIGURATION_ERROR = 2;

/**
 * Reads the Deployments in a stack's config. Secrets in the config stay encrypted.
 *
 * @param args additional arguments of `pulumi config`
 * @throws CommandError with every problem of the config
 */
export async function configuredDeployments(
    stack: string,
    args: readonly string[],
): Promise<readonly DeploymentConfig[]> {
    const text = await pulumiOrThrow(["config", "--json", "--stack", stack, ...args]);
    const values = JSON.parse(text) as Record<string, { value?: string; objectValue?: unknown }>;
    const config = Object.keys(stackConfig.shape).map((key) => {
        const { value, objectValue = value } = values[`${PROJECT}:${key}`] ?? {};
        return [key, objectValue] as const;
    });
    try {
        return parseStack(Object.fromEntries(config)).deployments;
    } catch (error) {
        if (error instanceof ConfigError) {
            const problems = error.problems.map((line) => `  - ${line}`).join("\n");
            throw new CommandError(`The config of ${stack} has problems:\n${problems}`, CONFIGURATION_ERROR);
        }
        throw error;
    }
}
