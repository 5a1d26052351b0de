import { z } from "zod";
import { expiresOf, isExpires } from "./expires";
import { DNS_LABEL, advice, byKind, flag, isDnsLabel, isGuid, mapping, text } from "../config/rules";
import { backendKinds, targetKinds } from "./kinds";

/** One item of the config key `deployments`. */
export const deployment = mapping("Describe a Deployment, its name first", {
    name: text({ allowed: DNS_LABEL, todo: "Write the Deployment's release name, e.g. solar-dust-1234" }, isDnsLabel),
    backend: byKind("Write e.g. { kind: vault, address: https://vault.example.com }", backendKinds),
    target: byKind("Write e.g. { kind: astronomer, houstonUrl: https://houston.example.com/v1 }", targetKinds),
    testSecrets: flag({
        allowed: "true or false",
        todo: "Write true to have the test secrets written, or leave the key out for false",
    }).default(false),
    shareSecrets: flag({
        allowed: "true or false",
        todo: "Write true to share secrets with other Deployments that do, or leave the key out for false",
    }).default(false),
});

/** A Deployment and what the stack does for it, checked and with its defaults. */
export type DeploymentConfig = z.output<typeof deployment>;

const expires = text(
    { allowed: "a time with its offset from UTC, as RFC 3339 writes it", todo: "Write e.g. 2026-12-01T18:00:00Z" },
    isExpires,
);

/** All keys of the stack's config, after the project's name. */
export const stackConfig = z.object({
    /** The AWS account that the stack belongs to, where the config says. */
    awsAccountId: text(
        { allowed: "the 12 digits of an AWS account, in quotes", todo: 'Write e.g. "111122223333"' },
        (value) => /^\d{12}$/.test(value),
    ).optional(),
    /** The Azure subscription that the stack belongs to, where the config says. */
    azureSubscriptionId: text(
        {
            allowed: "the id of an Azure subscription, in small letters",
            todo: "Write e.g. 11112222-3333-4444-5555-666677778888",
        },
        isGuid,
    ).optional(),
    /** When the stack may be torn down, as RFC 3339 writes it; nothing for a stack that stays. */
    expires: z.preprocess((value) => expiresOf(value) ?? value, expires.optional()),
    deployments: z.array(deployment, {
        error: advice({ allowed: "a list of Deployments", todo: 'Begin each with "- name: "' }),
    }),
});

export type StackConfig = z.output<typeof stackConfig>;
