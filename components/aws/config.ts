import type { z } from "zod";
import { SEGMENT, advice, isSegment, list, mapping, oneOf, text } from "../../config/rules";
import { removedGeneration } from "../generation";
import { only, withPrefixChecks } from "../prefixes";
import { loginKeys, withLoginChecks } from "./loginConfig";

const REGION = "[a-z]+(?:-[a-z]+)+-\\d+";
/**
 * The maximum length is 512 characters for a secret's name and 1,011 for a parameter's. This leaves room for the key,
 * and both prefixes count towards the size of the IAM policy.
 */
const PREFIX_LIMIT = 200;

const region = text({ allowed: "an AWS region", todo: "Write the region of the secrets, e.g. eu-central-1" }, (value) =>
    new RegExp(`^${REGION}$`).test(value),
);

const scope = text(
    { allowed: SEGMENT, todo: "Write e.g. the Deployment's name, or leave the key out for no scope" },
    isSegment,
).optional();

const lookupPattern = (what: string) => {
    const rule = {
        allowed: "a Python regular expression that is not empty",
        todo: `Write one that matches the beginning of ${what}, or leave the key out to look up every one`,
    };
    return text(rule, (pattern) => pattern !== "").optional();
};

/** The keys about the identity, which both kinds have. */
const identity = {
    region,
    kmsKeyArn: text(
        {
            allowed: "the ARN of a KMS key, in the backend's region",
            todo:
                "Write e.g. arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab, " +
                "or leave the key out for the AWS managed key",
        },
        (value) => new RegExp(`^arn:aws[a-z-]*:kms:${REGION}:\\d{12}:key/[A-Za-z0-9-]+$`).test(value),
    ).optional(),
    iamPath: text(
        {
            allowed: "an IAM path that begins and ends with a slash",
            todo: "Write e.g. /airflow/, or leave the key out for /",
        },
        (value) => value.length <= 512 && /^\/([!-.0-~]+\/)*$/.test(value),
    ).optional(),
    permissionsBoundary: text(
        {
            allowed: "the ARN of an IAM policy",
            todo: "Write e.g. arn:aws:iam::111122223333:policy/boundary, or leave the key out for none",
        },
        (value) => /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/.test(value),
    ).optional(),
    ...loginKeys,
    generation: removedGeneration,
};

const lookups = {
    variablesLookupPattern: lookupPattern("a variable's key"),
    connectionsLookupPattern: lookupPattern("a connection's id"),
};

const words = (field: string) =>
    list(
        { allowed: "a list of field names", todo: `Write what the secrets call the ${field}, or leave the key out` },
        text({ allowed: "a field name that is not empty", todo: `Write what a secret calls the ${field}` }, Boolean),
    ).optional();

/** The fields for which the provider takes further names, as it documents them. */
const extraConnWords = mapping("Write e.g. { user: [db_user], password: [db_password] }, or leave the key out", {
    user: words("user"),
    password: words("password"),
    host: words("host"),
    schema: words("schema"),
    conn_type: words("type of the connection"),
}).optional();

/** The keys of `backend` of kind `aws-secrets-manager`, without checks across keys. */
export const secretsManagerKeys = mapping("Describe the Secrets Manager that the Deployment reads from", {
    kind: oneOf({ allowed: "aws-secrets-manager", todo: "Write kind: aws-secrets-manager" }, ["aws-secrets-manager"]),
    ...identity,
    scope,
    variablesPrefix: secretPrefix("airflow/variables").optional(),
    connectionsPrefix: secretPrefix("airflow/connections").optional(),
    only,
    configPrefix: secretPrefix("none, so that Airflow does not look for options of its own configuration").optional(),
    sep: oneOf(
        {
            allowed: "one of / _ + = . @ -",
            todo: "Write the separator between a prefix and a key, or leave sep out for /",
        },
        ["/", "_", "+", "=", ".", "@", "-"],
    ).default("/"),
    ...lookups,
    extraConnWords,
    recoveryWindowInDays: oneOf(
        {
            allowed: "0, or whole days from 7 to 30",
            todo: "Write 0 in a test stack, so that it can be destroyed and created again, or leave the key out for 30",
        },
        [0, ...Array.from({ length: 24 }, (_, index) => 7 + index)],
    ).default(30),
});

/** Schema of `backend` of kind `aws-secrets-manager`. */
export const secretsManagerBackend = withCrossKeyChecks(secretsManagerKeys);

/** The keys of `backend` of kind `aws-parameter-store`, without checks across keys. */
export const parameterStoreKeys = mapping("Describe the Parameter Store that the Deployment reads from", {
    kind: oneOf({ allowed: "aws-parameter-store", todo: "Write kind: aws-parameter-store" }, ["aws-parameter-store"]),
    ...identity,
    scope,
    variablesPrefix: parameterPrefix("/airflow/variables").optional(),
    connectionsPrefix: parameterPrefix("/airflow/connections").optional(),
    only,
    configPrefix: parameterPrefix(
        "none, so that Airflow does not look for options of its own configuration",
    ).optional(),
    ...lookups,
});

/** Schema of `backend` of kind `aws-parameter-store`. */
export const parameterStoreBackend = withCrossKeyChecks(parameterStoreKeys);

/** The config of either backend. */
export type AwsConfig = z.output<typeof secretsManagerBackend> | z.output<typeof parameterStoreBackend>;

function secretPrefix(standard: string) {
    return text(
        {
            allowed:
                `letters, digits, "/", "_", "+", "=", ".", "@" and "-", ending with a letter or digit, at most ` +
                `${PREFIX_LIMIT} characters`,
            todo: `Write how the names of the secrets begin, or leave the key out for ${standard}`,
        },
        (value) => value.length <= PREFIX_LIMIT && /^\/?[A-Za-z0-9]([A-Za-z0-9/_+=.@-]*[A-Za-z0-9])?$/.test(value),
    );
}

function parameterPrefix(standard: string) {
    return text(
        {
            allowed:
                'a path: "/" before each part, parts of letters, digits, ".", "_" and "-", at most 13 parts and ' +
                `${PREFIX_LIMIT} characters, the first part not beginning with aws or ssm`,
            todo: `Write where the parameters are, or leave the key out for ${standard}`,
        },
        (value) =>
            value.length <= PREFIX_LIMIT && /^(\/[A-Za-z0-9._-]+){1,13}$/.test(value) && !/^\/(aws|ssm)/i.test(value),
    );
}

/** Adds the checks across keys. They also run if other keys are invalid. */
function withCrossKeyChecks<T extends z.ZodObject>(backend: T): T {
    return withLoginChecks(withPrefixChecks(backend)).refine(({ region, kmsKeyArn }) => isInRegion(kmsKeyArn, region), {
        path: ["kmsKeyArn"],
        error: advice({
            allowed: "a key in the backend's region",
            todo: "Write the key of that region, or another region",
        }),
        when: () => true,
    });
}

/** Returns whether the key is in the region; true if one of them is invalid, since another message reports that. */
function isInRegion(kmsKeyArn: unknown, region: unknown): boolean {
    const [, keyRegion] = typeof kmsKeyArn === "string" ? (/^arn:[^:]*:kms:([^:]*):/.exec(kmsKeyArn) ?? []) : [];
    return keyRegion === undefined || typeof region !== "string" || keyRegion === region;
}
