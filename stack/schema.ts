import { z } from "zod";
import { expiresOf, isExpires } from "./expires";
import { HOUR_MS, shortDurationMs } from "../config/duration";
import { DNS_LABEL, advice, byKind, duration, flag, isDnsLabel, isGuid, mapping, oneOf, text } from "../config/rules";
import { exactKinds } from "./kinds";
import { rotation } from "./rotation";

/** One item of the config key `deployments`. */
export const deployment = mapping("Describe a Deployment, its name first", {
    name: text({ allowed: DNS_LABEL, todo: "Write the Deployment's release name, e.g. solar-dust-1234" }, isDnsLabel),
    backend: byKind("Write e.g. { kind: vault, address: https://vault.example.com }", exactKinds.backends),
    target: byKind("Write e.g. { kind: astronomer, houstonUrl: https://houston.example.com/v1 }", exactKinds.targets),
    rotation,
    /** Whether the env vars may change although nobody has seen that the login reads. Default: see `proofMode`. */
    proof: oneOf(
        {
            allowed: "required, if-reachable or off",
            todo:
                "Write if-reachable if only Airflow can reach the service, off to change the env vars without a proof, or " +
                "leave the key out for required",
        },
        ["required", "if-reachable", "off"],
    ).optional(),
    /** How long to wait until a cloud knows a new credential and its rights everywhere. */
    proofTimeout: duration(
        { allowed: "whole minutes or seconds, 60m at most", todo: "Write e.g. 10m, or leave the key out for that" },
        ["m", "s"],
        (value) => (shortDurationMs(value) ?? Infinity) <= HOUR_MS,
    ).default("10m"),
    testSecrets: flag({
        allowed: "true or false",
        todo: "Write true to create the test secrets, or leave the key out for false",
    }).default(false),
    shareSecrets: flag({
        allowed: "true or false",
        todo: "Write true to share secrets with other Deployments that set it, or leave the key out for false",
    }).default(false),
    allowMissing: flag({
        allowed: "true or false",
        todo: "Write true to move to a place that lacks secrets of the old one, or leave the key out for false",
    }).default(false),
});

/** The config of one Deployment, checked and with defaults. */
export type DeploymentConfig = z.output<typeof deployment>;

const expires = text(
    { allowed: "an RFC 3339 time with an offset from UTC", todo: "Write e.g. 2026-12-01T18:00:00Z" },
    isExpires,
);

/** All keys of the stack's config, without the project's name. */
export const stackConfig = z.object({
    /** The id of the AWS account that the stack belongs to. */
    awsAccountId: text(
        { allowed: "the 12 digits of an AWS account, in quotes", todo: 'Write e.g. "111122223333"' },
        (value) => /^\d{12}$/.test(value),
    ).optional(),
    /** The id of the Azure subscription that the stack belongs to. */
    azureSubscriptionId: text(
        {
            allowed: "the id of an Azure subscription, in lower case",
            todo: "Write e.g. 11112222-3333-4444-5555-666677778888",
        },
        isGuid,
    ).optional(),
    /** The id of the Vault cluster that the stack belongs to. */
    vaultClusterId: text(
        {
            allowed: "the id of a Vault cluster, in lower case",
            todo: "Write the Cluster ID that vault status shows, e.g. 11112222-3333-4444-5555-666677778888",
        },
        isGuid,
    ).optional(),
    /** The UID of the namespace kube-system of the Kubernetes cluster that the stack belongs to. */
    kubernetesClusterUid: text(
        {
            allowed: "the UID of the cluster's namespace kube-system, in lower case",
            todo: "Write what `kubectl get namespace kube-system -o jsonpath={.metadata.uid}` prints",
        },
        isGuid,
    ).optional(),
    /** When the stack may be torn down, as an RFC 3339 time. Default: never. */
    expires: z.preprocess((value) => expiresOf(value) ?? value, expires.optional()),
    deployments: z.array(deployment, {
        error: advice({ allowed: "a list of Deployments", todo: 'Begin each with "- name: "' }),
    }),
});

export type StackConfig = z.output<typeof stackConfig>;
