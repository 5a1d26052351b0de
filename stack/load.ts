import * as pulumi from "@pulumi/pulumi";
import { parsedJson } from "../lib/json";
import { ConfigError, type Mistake } from "../config/errors";
import { parseStack } from "./parse";
import { advice } from "../config/rules";
import { stackConfig, type StackConfig } from "./schema";

/** The stack's config. Mistakes in it end the program with their description, before anything is created. */
export function loadConfig(): StackConfig {
    const config = new pulumi.Config();
    const keys = Object.keys(stackConfig.shape);
    const texts: Record<string, string | undefined> = Object.fromEntries(keys.map((key) => [key, config.get(key)]));
    const { deployments: list, ...others } = texts;
    // `Config.getObject` would put the whole value into its error.
    const deployments = list === undefined ? undefined : parsedJson(list);
    const unread =
        deployments === undefined ? [unreadable(list === undefined ? "nothing" : "a text that is not JSON")] : [];
    try {
        return parseStack({ ...others, deployments }, unread);
    } catch (error) {
        if (error instanceof ConfigError) {
            // The engine prints a RunError without a stack trace.
            throw new pulumi.RunError(report(config.name, error.mistakes));
        }
        throw error;
    }
}

function unreadable(found: string): Mistake {
    const todo = `Write it into Pulumi.${pulumi.getStack()}.yaml, as README.md shows`;
    return { path: ["deployments"], found, advice: advice({ allowed: "a list of Deployments", todo }) };
}

function report(project: string, mistakes: readonly string[]): string {
    const count = mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`;
    return [
        `The config of ${project} has ${count}. Nothing was changed.`,
        ...mistakes.map((line) => `  - ${line}`),
    ].join("\n");
}
