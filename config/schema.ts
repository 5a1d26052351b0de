import type { z } from "zod";
import {
    DNS_LABEL,
    DNS_SUBDOMAIN,
    SEGMENT,
    SEGMENTS,
    byKind,
    flag,
    integer,
    isCidr,
    isDnsLabel,
    isDnsSubdomain,
    isSegment,
    isSegments,
    isServerAddress,
    list,
    mapping,
    oneOf,
    text,
} from "./rules";

const HOUR = 3600;
const DAY = 24 * HOUR;
/** Batch tokens cannot be revoked: what a leaked one can read, it reads until it ends. */
const MAX_TOKEN_TTL = 20 * 60;
/** Below the 32 days that Vault has for its own default maximum. */
const DEFAULT_SECRET_ID_TTL = 30 * DAY;
/** A secret id has an end that somebody will live to see; JavaScript's dates and Vault's durations have one too. */
const MAX_SECRET_ID_TTL = 3650 * DAY;

/** `backend` of kind `vault`. */
export const vaultBackend = mapping("Describe the Vault that the Deployment reads", {
    kind: oneOf({ allowed: "vault", todo: "Write kind: vault" }, ["vault"]),
    address: text(
        {
            allowed: "an http or https URL without user info, query or fragment",
            todo: "Write the URL by which Airflow reaches Vault, e.g. https://vault.example.com",
        },
        isServerAddress,
    ).transform((address) => address.replace(/\/+$/, "")),
    mount: text(
        { allowed: SEGMENTS, todo: 'Write the path of the KV mount, or leave the key out for "secret"' },
        isSegments,
    ).default("secret"),
    kvVersion: oneOf(
        { allowed: "1 or 2", todo: "Write the version of the KV mount, or leave the key out for 2" },
        [1, 2],
    ).default(2),
    scope: text(
        { allowed: SEGMENT, todo: "Write e.g. the Deployment's name, or leave the key out for no scope" },
        isSegment,
    ).optional(),
    namespace: text(
        { allowed: SEGMENTS, todo: "Write a Vault Enterprise namespace, or leave the key out for the root namespace" },
        isSegments,
    ).optional(),
    approleMount: text(
        { allowed: SEGMENTS, todo: 'Write the path of the AppRole auth method, or leave the key out for "approle"' },
        isSegments,
    ).default("approle"),
    tokenTtl: integer(
        {
            allowed: `whole seconds from 1 to ${MAX_TOKEN_TTL} (20 minutes)`,
            todo: `Write the life of a login, or leave the key out for ${MAX_TOKEN_TTL}`,
        },
        1,
        MAX_TOKEN_TTL,
    ).default(MAX_TOKEN_TTL),
    secretIdTtl: integer(
        {
            allowed: `whole seconds from ${HOUR} (1 hour) to ${MAX_SECRET_ID_TTL} (10 years)`,
            todo: `Write the life of the secret id, or leave the key out for ${DEFAULT_SECRET_ID_TTL} (30 days)`,
        },
        HOUR,
        MAX_SECRET_ID_TTL,
    ).default(DEFAULT_SECRET_ID_TTL),
    secretIdBoundCidrs: list(
        { allowed: "a list of at least one CIDR block", todo: "Leave the key out to accept a login from anywhere" },
        text(
            {
                allowed: "an IPv4 address with /0 to /32, or an IPv6 address without a zone with /0 to /128",
                todo: "Write e.g. 10.0.0.0/8 or 2001:db8::/32",
            },
            isCidr,
        ),
    ).optional(),
    generation: integer(
        {
            allowed: "a whole number from 1 up",
            todo: "Raise it by 1 for a new credential, or leave the key out for 1",
        },
        1,
        Number.MAX_SAFE_INTEGER,
    ).default(1),
});

const workload = mapping("Name a workload of Airflow and its containers", {
    kind: oneOf({ allowed: "Deployment or StatefulSet", todo: "Write the workload's kind" }, [
        "Deployment",
        "StatefulSet",
    ]),
    name: text(
        { allowed: DNS_SUBDOMAIN, todo: "Write the workload's name, e.g. solar-dust-1234-scheduler" },
        isDnsSubdomain,
    ),
    containers: list(
        { allowed: "a list of at least one container", todo: "Name those that run Airflow, e.g. [scheduler]" },
        text({ allowed: DNS_LABEL, todo: "Write a container's name, e.g. scheduler" }, isDnsLabel),
    ),
});

/** `target` of kind `kubernetes`. */
export const kubernetesTarget = mapping("Describe where the Deployment runs", {
    kind: oneOf({ allowed: "kubernetes", todo: "Write kind: kubernetes" }, ["kubernetes"]),
    namespace: text({ allowed: DNS_LABEL, todo: "Write the namespace that Airflow runs in, e.g. airflow" }, isDnsLabel),
    workloads: list(
        {
            allowed: "a list of at least one workload",
            todo: "Name those that run Airflow, e.g. { kind: Deployment, name: solar-dust-1234-scheduler, containers: [scheduler] }",
        },
        workload,
    ),
    force: flag({
        allowed: "true or false",
        todo: "Write true to take over variables that somebody else has set, or leave the key out for false",
    }).default(false),
    waitForRollout: flag({
        allowed: "true or false",
        todo: "Write false not to wait for the pods, or leave the key out for true",
    }).default(true),
});

/** One item of the config key `deployments`. Another kind of backend or target is another option of its union. */
export const deployment = mapping("Describe a Deployment, its name first", {
    name: text({ allowed: DNS_LABEL, todo: "Write the Deployment's release name, e.g. solar-dust-1234" }, isDnsLabel),
    backend: byKind("Write e.g. { kind: vault, address: https://vault.example.com }", [vaultBackend]),
    target: byKind("Write kind: kubernetes, a namespace and workloads", [kubernetesTarget]),
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
/** What `VaultBackend` is given, and its kind. */
export type VaultBackendConfig = z.output<typeof vaultBackend>;
/** What `KubernetesTarget` is given, and its kind. */
export type KubernetesTargetConfig = z.output<typeof kubernetesTarget>;
