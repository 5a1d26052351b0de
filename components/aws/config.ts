import type { z } from "zod";
import { SEGMENT, advice, isSegment, mapping, oneOf, text } from "../../config/rules";
import { generation } from "../generation";
import { scopeOrPrefixes } from "../prefixes";

const REGION = "[a-z]{2}(?:-[a-z]+)+-\\d";
/** Names of secrets end at 512 characters and of parameters at 1,011; the key needs room, and IAM's policy counts both. */
const PREFIX_LIMIT = 200;

const region = text(
    { allowed: "a region of AWS", todo: "Write the one that holds the secrets, e.g. eu-central-1" },
    (value) => new RegExp(`^${REGION}$`).test(value),
);

const scope = text(
    { allowed: SEGMENT, todo: "Write e.g. the Deployment's name, or leave the key out for no scope" },
    isSegment,
).optional();

const lookupPattern = (what: string) => {
    const rule = {
        allowed: "a Python regular expression that is not empty",
        todo: `Write one that the beginning of ${what} matches, or leave the key out to look every one up`,
    };
    return text(rule, (pattern) => pattern !== "").optional();
};

/** What both backends take of the identity. */
const identity = {
    region,
    kmsKeyArn: text(
        {
            allowed: "the ARN of a KMS key, in the backend's region",
            todo:
                "Write e.g. arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab, " +
                "or leave the key out for AWS's own key",
        },
        (value) => new RegExp(`^arn:aws[a-z-]*:kms:${REGION}:\\d{12}:key/[A-Za-z0-9-]+$`).test(value),
    ).optional(),
    userPath: text(
        { allowed: "an IAM path, slashes around it", todo: "Write e.g. /airflow/, or leave the key out for /" },
        (value) => value.length <= 512 && /^\/([!-.0-~]+\/)*$/.test(value),
    ).optional(),
    permissionsBoundary: text(
        {
            allowed: "the ARN of an IAM policy",
            todo: "Write e.g. arn:aws:iam::111122223333:policy/boundary, or leave the key out for none",
        },
        (value) => /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/.test(value),
    ).optional(),
    generation,
};

const lookups = {
    variablesLookupPattern: lookupPattern("a variable's key"),
    connectionsLookupPattern: lookupPattern("a connection's id"),
};

/** The keys of `backend` of kind `aws-secrets-manager`, each for itself. */
export const secretsManagerKeys = mapping("Describe the Secrets Manager that the Deployment reads", {
    kind: oneOf({ allowed: "aws-secrets-manager", todo: "Write kind: aws-secrets-manager" }, ["aws-secrets-manager"]),
    ...identity,
    scope,
    variablesPrefix: secretPrefix("airflow/variables").optional(),
    connectionsPrefix: secretPrefix("airflow/connections").optional(),
    sep: oneOf(
        {
            allowed: "one of / _ + = . @ -",
            todo: "Write what stands between a prefix and a key, or leave the key out for /",
        },
        ["/", "_", "+", "=", ".", "@", "-"],
    ).default("/"),
    ...lookups,
    recoveryWindowInDays: oneOf(
        {
            allowed: "0, or whole days from 7 to 30",
            todo: "Write 0 in a test stack, so that it can be destroyed and brought up again, or leave the key out for 30",
        },
        [0, ...Array.from({ length: 24 }, (_, index) => 7 + index)],
    ).default(30),
});

/** `backend` of kind `aws-secrets-manager`. */
export const secretsManagerBackend = withAgreement(secretsManagerKeys);

/** The keys of `backend` of kind `aws-parameter-store`, each for itself. */
export const parameterStoreKeys = mapping("Describe the Parameter Store that the Deployment reads", {
    kind: oneOf({ allowed: "aws-parameter-store", todo: "Write kind: aws-parameter-store" }, ["aws-parameter-store"]),
    ...identity,
    scope,
    variablesPrefix: parameterPrefix("/airflow/variables").optional(),
    connectionsPrefix: parameterPrefix("/airflow/connections").optional(),
    ...lookups,
});

/** `backend` of kind `aws-parameter-store`. */
export const parameterStoreBackend = withAgreement(parameterStoreKeys);

function secretPrefix(standard: string) {
    return text(
        {
            allowed:
                `letters, digits, "/", "_", "+", "=", ".", "@" and "-", a letter or digit at the end, at most ` +
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
                'a path: "/" before each part, parts of letters, digits, ".", "_" and "-", at most 13 of them and ' +
                `${PREFIX_LIMIT} characters, the first part neither aws nor ssm at its beginning`,
            todo: `Write where the parameters are, or leave the key out for ${standard}`,
        },
        (value) =>
            value.length <= PREFIX_LIMIT && /^(\/[A-Za-z0-9._-]+){1,13}$/.test(value) && !/^\/(aws|ssm)/i.test(value),
    );
}

/** What is right by itself and wrong together. It is looked at though something else is wrong. */
function withAgreement<T extends z.ZodObject>(backend: T): T {
    return scopeOrPrefixes(backend).refine(({ region, kmsKeyArn }) => isInRegion(kmsKeyArn, region), {
        path: ["kmsKeyArn"],
        error: advice({
            allowed: "a key in the backend's region",
            todo: "Write the key of that region, or another region",
        }),
        when: () => true,
    });
}

/** Also where one of them is not right in itself, which another message says. */
function isInRegion(kmsKeyArn: unknown, region: unknown): boolean {
    const [, of] = typeof kmsKeyArn === "string" ? (/^arn:[^:]*:kms:([^:]*):/.exec(kmsKeyArn) ?? []) : [];
    return of === undefined || typeof region !== "string" || of === region;
}
