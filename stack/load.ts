import * as pulumi from "@pulumi/pulumi";
import { parseJson } from "../lib/json";
import { ConfigError, type Problem } from "../config/errors";
import { parseStack } from "./parse";
import { advice } from "../config/rules";
import { stackConfig, type StackConfig } from "./schema";

/**
 * Reads the stack's config and checks it, before anything is created.
 *
 * @throws RunError with every problem
 */
export function loadConfig(): StackConfig {
    const config = new pulumi.Config();
    const keys = Object.keys(stackConfig.shape);
    const values: Record<string, string | undefined> = Object.fromEntries(keys.map((key) => [key, config.get(key)]));
    const { deployments: list, ...others } = values;
    // Not `Config.getObject`: its error message contains the whole value.
    const deployments = list === undefined ? undefined : parseJson(list);
    const unreadable =
        deployments === undefined ? [unreadableList(list === undefined ? "nothing" : "text that is not JSON")] : [];
    try {
        return parseStack({ ...others, deployments }, unreadable);
    } catch (error) {
        if (error instanceof ConfigError) {
            // The engine prints a RunError without a stack trace.
            throw new pulumi.RunError(report(config.name, error.problems));
        }
        throw error;
    }
}

function unreadableList(found: string): Problem {
    const todo = `Write it into Pulumi.${pulumi.getStack()}.yaml, as README.md shows`;
    return { path: ["deployments"], found, advice: advice({ allowed: "a list of Deployments", todo }) };
}

function report(project: string, problems: readonly string[]): string {
    const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
    return [
        `The config of ${project} has ${count}. Nothing was changed.`,
        ...problems.map((line) => `  - ${line}`),
    ].join("\n");
}
