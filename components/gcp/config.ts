import type { z } from "zod";
import { advice, list, mapping, oneOf, text } from "../../config/rules";
import { removedGeneration } from "../generation";
import { only, withPrefixChecks } from "../prefixes";
import { parseProviderName } from "./workloadIdentity";

/** A secret id has at most 255 characters, and the key needs some of them. */
const PREFIX_LIMIT = 150;
const CHARACTERS = 'letters, digits, "_" and "-", the characters of a secret id (no ".")';
const isValidPrefix = (value: string): boolean => value.length <= PREFIX_LIMIT && /^[A-Za-z0-9_-]+$/.test(value);

const prefix = (standard: string) =>
    text(
        {
            allowed: `at most ${PREFIX_LIMIT} ${CHARACTERS}`,
            todo: `Write the prefix of the secret ids, or leave the key out for ${standard}`,
        },
        isValidPrefix,
    ).optional();

/** The keys of `backend` of kind `gcp-secret-manager`, without checks across keys. */
export const gcpSecretManagerKeys = mapping("Describe the Secret Manager that the Deployment reads from", {
    kind: oneOf({ allowed: "gcp-secret-manager", todo: "Write kind: gcp-secret-manager" }, ["gcp-secret-manager"]),
    project: text(
        {
            allowed: 'the id of a Google Cloud project: 6 to 30 lower-case letters, digits and "-", a letter first',
            todo: "Write the id (not the name, not the number) of the project with the secrets",
        },
        // Old project ids can have a domain prefix.
        (value) => /^(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(value),
    ),
    scope: text(
        {
            allowed: `at most ${PREFIX_LIMIT} ${CHARACTERS}`,
            todo: "Write e.g. the Deployment's name, or leave the key out for no scope",
        },
        isValidPrefix,
    ).optional(),
    variablesPrefix: prefix("airflow-variables"),
    connectionsPrefix: prefix("airflow-connections"),
    only,
    configPrefix: text(
        {
            allowed: `at most ${PREFIX_LIMIT} ${CHARACTERS}`,
            todo: "Write where Airflow finds options of its own configuration, e.g. airflow-config, or leave the key out",
        },
        isValidPrefix,
    ).optional(),
    sep: oneOf({ allowed: "- or _", todo: "Write the separator between a prefix and a key, or leave sep out for -" }, [
        "-",
        "_",
    ]).default("-"),
    replication: list(
        {
            allowed: "a list of Google Cloud locations",
            todo: "Write the locations of the test secrets, e.g. [europe-west1, europe-west4], or leave the key out for all",
        },
        text({ allowed: "a Google Cloud location", todo: "Write e.g. europe-west1" }, (value) =>
            /^[a-z]+(-[a-z]+)*-[a-z]+\d+$/.test(value),
        ),
    )
        .refine((locations) => new Set(locations).size === locations.length, {
            error: advice({ allowed: "a list without duplicates", todo: "Write each location once" }),
        })
        .optional(),
    login: oneOf(
        {
            allowed: "key or workload-identity",
            todo: "Write how Airflow logs in, or leave the key out for key, a service account with a JSON key",
        },
        ["key", "workload-identity"],
    ).default("key"),
    workloadIdentityProvider: text(
        {
            allowed:
                "projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>, with the project's " +
                "number and not its id",
            todo:
                "Write what this prints: gcloud iam workload-identity-pools providers describe PROVIDER " +
                "--workload-identity-pool=POOL --location=global --project=PROJECT --format='value(name)'",
        },
        (value) => parseProviderName(value) !== undefined,
    ).optional(),
    generation: removedGeneration,
});

/** Schema of `backend` of kind `gcp-secret-manager`. */
export const gcpSecretManagerBackend = withLoginChecks(withPrefixChecks(gcpSecretManagerKeys));

/** Adds the check that a login with a token of the pods, and no other, names the provider that trusts it. */
function withLoginChecks<T extends z.ZodObject>(backend: T): T {
    const path = ["workloadIdentityProvider"];
    const when = (): boolean => true;
    const missing = advice({
        allowed: "the name of a provider, because login: workload-identity needs one that trusts the cluster's tokens",
        todo: "Write projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>",
    });
    const useless = advice({
        allowed: "no such key if login is key",
        todo: "Write login: workload-identity, or remove the key",
    });
    return backend
        .refine(
            ({ login, workloadIdentityProvider }) =>
                login !== "workload-identity" || workloadIdentityProvider !== undefined,
            { path, error: missing, when },
        )
        .refine(({ login, workloadIdentityProvider }) => login !== "key" || workloadIdentityProvider === undefined, {
            path,
            error: useless,
            when,
        });
}

export type GcpConfig = z.output<typeof gcpSecretManagerBackend>;
