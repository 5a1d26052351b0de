import * as pulumi from "@pulumi/pulumi";
import { ConfigError, lineOf } from "./errors";
import { EXPIRES, expiresOf, expiresRule } from "./expires";
import { parseDeployments } from "./parse";
import { advice } from "./rules";
import type { DeploymentConfig } from "./schema";
import { quote } from "./text";

const KEY = "deployments";

export interface StackConfig {
    readonly deployments: readonly DeploymentConfig[];
    /** The AWS account that the stack belongs to, where the config says. */
    readonly awsAccountId: string | undefined;
    /** The Azure subscription that the stack belongs to, where the config says. */
    readonly azureSubscriptionId: string | undefined;
    /** When the stack may be torn down, as RFC 3339 writes it; nothing for a stack that stays. */
    readonly expires: string | undefined;
}

/** The stack's config. A mistake in it ends the program with its description, before anything is created. */
export function loadConfig(): StackConfig {
    const config = new pulumi.Config();
    const awsAccountId = checked(config, "awsAccountId", matches(/^\d{12}$/), {
        allowed: "the 12 digits of an AWS account, in quotes",
        example: '"111122223333"',
    });
    const uuid = matches(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const azureSubscriptionId = checked(config, "azureSubscriptionId", uuid, {
        allowed: "the id of an Azure subscription, in small letters",
        example: "11112222-3333-4444-5555-666677778888",
    });
    const expires = expiresOf(checked(config, EXPIRES, (found) => expiresOf(found) !== undefined, expiresRule));
    try {
        const deployments = parseDeployments(jsonOf(config.get(KEY)), expires !== undefined);
        return { deployments, awsAccountId, azureSubscriptionId, expires };
    } catch (error) {
        if (error instanceof ConfigError) {
            // The engine prints a RunError without a stack trace.
            throw new pulumi.RunError(report(`${config.name}:${KEY}`, error.mistakes));
        }
        throw error;
    }
}

function checked(
    config: pulumi.Config,
    key: string,
    isAllowed: (found: string) => boolean,
    { allowed, example }: { readonly allowed: string; readonly example: string },
): string | undefined {
    const found = config.get(key);
    if (found !== undefined && !isAllowed(found)) {
        throw new pulumi.RunError(
            `Config key ${config.name}:${key}: found ${quote(found)}. Nothing was changed. ` +
                `Allowed: ${allowed}, e.g. ${example}.`,
        );
    }
    return found;
}

const matches =
    (shape: RegExp) =>
    (found: string): boolean =>
        shape.test(found);

/** `Config.getObject` would put the whole value into its error. */
function jsonOf(value: string | undefined): unknown {
    if (value === undefined) {
        throw mistake("nothing");
    }
    try {
        return JSON.parse(value);
    } catch (error) {
        if (error instanceof SyntaxError) {
            throw mistake("a text that is not JSON");
        }
        throw error;
    }
}

function mistake(found: string): ConfigError {
    const rule = {
        allowed: "a list of Deployments",
        todo: `Write it into Pulumi.${pulumi.getStack()}.yaml, as README.md shows`,
    };
    return new ConfigError([lineOf({ path: [], found, advice: advice(rule) }, undefined)]);
}

function report(key: string, mistakes: readonly string[]): string {
    const count = mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`;
    return [`Config key ${key} has ${count}. Nothing was changed.`, ...mistakes.map((line) => `  - ${line}`)].join(
        "\n",
    );
}
