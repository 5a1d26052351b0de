import {
    AWS_ACCESS_KEY_ID,
    AWS_DEFAULT_REGION,
    AWS_SECRET_ACCESS_KEY,
    BACKEND,
    BACKEND_KWARGS,
} from "../../airflow/envVars";
import { overridesAirflow, type OverridingVariable } from "../../airflow/overriding";
import { namePrefixes, scopeKeys, type Prefixes, type Scope } from "../../airflow/scope";
import { keysReader } from "../../config/partial";
import type { BackendKind, BackendReach, Lifecycle } from "../backend";
import { prefixAlternative } from "../prefixes";
import { parameterStoreBackend, parameterStoreKeys, secretsManagerBackend, secretsManagerKeys } from "./config";
import { awsCredentials } from "./credentials";
import { DEFAULT_AUDIENCE, WEB_IDENTITY } from "./loginConfig";
import { parameterStorePrefixes } from "./parameterStore";
import { probeParameterStore, probeSecretsManager } from "./probe";
import { parameterStoreResourceTypes, secretsManagerResourceTypes } from "./resources";
import { secretsManagerPrefixes } from "./secretsManager";

const profile = "the AWS SDK then needs a profile of this name, and fails without one";
const token = "the AWS SDK then sends it together with AWS_ACCESS_KEY_ID, and AWS refuses the two";

/** What keeps the AWS SDK from using `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`. */
const overridesKeys: readonly OverridingVariable[] = [
    { name: "AWS_SESSION_TOKEN", effect: token, harmless: [""] },
    { name: "AWS_SECURITY_TOKEN", effect: token, harmless: [""] },
    {
        name: "AWS_CREDENTIAL_EXPIRATION",
        effect: "the AWS SDK then refuses AWS_ACCESS_KEY_ID after that time",
        harmless: [""],
    },
    { name: "AWS_PROFILE", effect: profile },
    { name: "AWS_DEFAULT_PROFILE", effect: profile },
];

/** What keeps the AWS SDK from reaching AWS. A login in the kwargs goes before every other login of the process. */
const overridesAddress: readonly OverridingVariable[] = [
    {
        name: "AWS_ENDPOINT_URL",
        effect: "the AWS SDK then calls this address instead of AWS. For one service there is e.g. AWS_ENDPOINT_URL_S3",
        harmless: [""],
    },
];

const credentialNames = [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY];
const airflowNames = [BACKEND, BACKEND_KWARGS];
const allEnvNames = [...credentialNames, AWS_DEFAULT_REGION, ...airflowNames];

const shared = {
    envNames: ({ credentialIn }: Readonly<Record<string, unknown>>) =>
        credentialIn === "environment" ? allEnvNames : airflowNames,
    allEnvNames,
    overriddenBy: (envNames: readonly string[]) => [
        ...overridesAirflow,
        ...(envNames.includes(AWS_ACCESS_KEY_ID) ? overridesKeys : []),
        ...overridesAddress,
    ],
    cloudIdentity: { cloud: "AWS", envVars: credentialNames, principal: "user" },
    keyless: {
        logins: [WEB_IDENTITY],
        audience: ({ audience }: Readonly<Record<string, unknown>>) =>
            typeof audience === "string" ? audience : DEFAULT_AUDIENCE,
        installedTokenFile: "/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
    },
    credentials: awsCredentials,
};

/** Returns the lifecycle of a kind; `names` are the keys that decide the names of the secrets. */
const lifecycle = (names: readonly string[]): Lifecycle => ({
    // Not `login`, which only goes with one of issuer and no issuer, nor `audience`, which is a part of the trusted pods.
    identityKeys: [...names, "configPrefix", "kmsKeyArn", "iamPath", "permissionsBoundary", "issuer"],
    placeKeys: names,
    parts: [
        { name: "user" },
        { name: "role" },
        { name: "policy" },
        { name: "access-key", secretOutputs: ["secret", "sesSmtpPasswordV4", "encryptedSecret"] },
    ],
    rotationDays: 60,
});

const parameterNames = ["region", ...scopeKeys] as const;
const secretNames = [...parameterNames, "sep"] as const;
/** Reads the keys that decide the names of the secrets. */
export const readSecretNames = keysReader(secretsManagerKeys, ["kind", ...secretNames, "configPrefix"]);
const readParameterNames = keysReader(parameterStoreKeys, ["kind", ...parameterNames, "configPrefix"]);

export const secretsManagerKind = {
    kind: "aws-secrets-manager",
    component: "SecretsManagerBackend",
    schema: secretsManagerBackend,
    ...shared,
    reach: (backend) => {
        const found = readSecretNames(backend);
        return found === undefined ? undefined : reachOf("secretsmanager", found, secretsManagerPrefixes(found));
    },
    lifecycle: lifecycle(secretNames),
    testStack: { defaults: { recoveryWindowInDays: 0 }, findRetention },
    probe: probeSecretsManager,
    resources: secretsManagerResourceTypes,
} satisfies BackendKind;

export const parameterStoreKind = {
    kind: "aws-parameter-store",
    component: "ParameterStoreBackend",
    schema: parameterStoreBackend,
    ...shared,
    reach: (backend) => {
        const found = readParameterNames(backend);
        return found === undefined ? undefined : reachOf("ssm", found, parameterStorePrefixes(found));
    },
    lifecycle: lifecycle(parameterNames),
    probe: probeParameterStore,
    resources: parameterStoreResourceTypes,
} satisfies BackendKind;

/** A stack uses one AWS account, and each region has its own secrets. */
function reachOf(service: string, backend: Scope & { readonly region: string }, prefixes: Prefixes): BackendReach {
    return { store: `${service} ${backend.region}`, ...prefixAlternative(backend), prefixes: namePrefixes(prefixes) };
}

function findRetention({ recoveryWindowInDays: days }: Readonly<Record<string, unknown>>) {
    const isRetained = typeof days === "number" && days >= 7 && days <= 30;
    return isRetained
        ? [
              {
                  key: "recoveryWindowInDays",
                  found: String(days),
                  rule: {
                      allowed: "0 in a test stack: otherwise AWS keeps the secrets and their names after teardown",
                      todo: "Leave the key out",
                  },
              },
          ]
        : [];
}
