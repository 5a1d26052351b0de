import { mapping, oneOf, text } from "../../config/rules";
import { generation } from "../generation";
import { scopeOrPrefixes } from "../prefixes";

/** The id of a secret ends at 255 characters, and the key needs room. */
const PREFIX_LIMIT = 150;
const CHARACTERS = 'letters, digits, "_" and "-", of which Google makes the ids of secrets (no ".")';
const isPart = (value: string): boolean => value.length <= PREFIX_LIMIT && /^[A-Za-z0-9_-]+$/.test(value);

const prefix = (standard: string) =>
    text(
        {
            allowed: `at most ${PREFIX_LIMIT} ${CHARACTERS}`,
            todo: `Write how the ids of the secrets begin, or leave the key out for ${standard}`,
        },
        isPart,
    ).optional();

/** The keys of `backend` of kind `gcp-secret-manager`, each for itself. */
export const gcpSecretManagerKeys = mapping("Describe the Secret Manager that the Deployment reads", {
    kind: oneOf({ allowed: "gcp-secret-manager", todo: "Write kind: gcp-secret-manager" }, ["gcp-secret-manager"]),
    project: text(
        {
            allowed: 'the id of a Google Cloud project: 6 to 30 lower-case letters, digits and "-", a letter first',
            todo: "Write the id (not the name, not the number) of the project that holds the secrets",
        },
        // Ids of old times have a domain before them.
        (value) => /^(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(value),
    ),
    scope: text(
        {
            allowed: `at most ${PREFIX_LIMIT} ${CHARACTERS}`,
            todo: "Write e.g. the Deployment's name, or leave the key out for no scope",
        },
        isPart,
    ).optional(),
    variablesPrefix: prefix("airflow-variables"),
    connectionsPrefix: prefix("airflow-connections"),
    sep: oneOf(
        { allowed: "- or _", todo: "Write what stands between a prefix and a key, or leave the key out for -" },
        ["-", "_"],
    ).default("-"),
    generation,
});

/** `backend` of kind `gcp-secret-manager`. */
export const gcpSecretManagerBackend = scopeOrPrefixes(gcpSecretManagerKeys);
