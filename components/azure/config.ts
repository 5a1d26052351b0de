import type { z } from "zod";
import { advice, flag, integer, isServerAddress, mapping, oneOf, text } from "../../config/rules";
import { removedGeneration } from "../generation";
import { only, withPrefixChecks } from "../prefixes";

/** A secret name has at most 127 characters, and the key needs some of them. */
const PREFIX_LIMIT = 80;
const CHARACTERS = `at most ${PREFIX_LIMIT} letters, digits and "-", ending with a letter or digit (no "_", no ".")`;
/** Airflow removes separators from the end of a prefix. */
const isValidPrefix = (value: string): boolean =>
    value.length <= PREFIX_LIMIT && /^[A-Za-z0-9-]*[A-Za-z0-9]$/.test(value);

const prefix = (standard: string) =>
    text(
        {
            allowed: CHARACTERS,
            todo: `Write the prefix of the secret names, or leave the key out for ${standard}`,
        },
        isValidPrefix,
    ).optional();

/** The longest lifetime of a client secret in the Azure portal. */
const MAX_CLIENT_SECRET_DAYS = 730;
/** Microsoft's recommendation. */
export const DEFAULT_CLIENT_SECRET_DAYS = 180;

/**
 * The permission model of a vault, if the config does not say it. A vault that the stack has created before keeps its
 * own instead.
 */
export const defaultAuthorization = "rbac";

/** The keys of `backend` of kind `azure-key-vault`, without checks across keys. */
export const azureKeyVaultKeys = mapping("Describe the Key Vault that the Deployment reads from", {
    kind: oneOf({ allowed: "azure-key-vault", todo: "Write kind: azure-key-vault" }, ["azure-key-vault"]),
    resourceGroup: text(
        {
            allowed:
                'the name of a resource group: 1 to 90 letters, digits, "-", "_", "(", ")" and ".", no "." at the end',
            todo: "Write the name of the vault's resource group",
        },
        (value) => value.length <= 90 && /^[\w().-]*[\w()-]$/.test(value),
    ),
    vaultName: text(
        {
            allowed:
                'the name of a Key Vault: 3 to 24 letters, digits and "-", beginning with a letter, ending with a ' +
                'letter or digit, without "--"',
            todo: "Write the name, not the URL, or with createVault: true leave it out to have a name generated",
        },
        (value) => value.length >= 3 && value.length <= 24 && /^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$/.test(value),
    ).optional(),
    createVault: flag({
        allowed: "true or false",
        todo: "Write true to have the vault created, or leave the key out for false",
    }).default(false),
    purgeProtection: flag({
        allowed: "true or false",
        todo: "Write true if a policy of your organisation demands it, or leave the key out for false",
    }).default(false),
    authorization: oneOf(
        {
            allowed: "access-policy or rbac",
            todo: `Write the permission model of the vault, or leave the key out for ${defaultAuthorization}`,
        },
        ["access-policy", "rbac"],
    ).optional(),
    scope: text(
        { allowed: CHARACTERS, todo: "Write e.g. the Deployment's name, or leave the key out for no scope" },
        isValidPrefix,
    ).optional(),
    variablesPrefix: prefix("airflow-variables"),
    connectionsPrefix: prefix("airflow-connections"),
    only,
    configPrefix: text(
        {
            allowed: CHARACTERS,
            todo: "Write where Airflow finds options of its own configuration, e.g. airflow-config, or leave the key out",
        },
        isValidPrefix,
    ).optional(),
    // Airflow's provider 13.2.0 to 14.0.0 never looks for a name with "--" after its prefix, and later ones do not with
    // several teams.
    sep: oneOf(
        {
            allowed: "-",
            todo:
                "Leave sep out. Several versions of Airflow's provider find no secret whose key has -- instead of _: copy " +
                "such secrets to names with -",
        },
        ["-"],
    ).default("-"),
    login: oneOf(
        {
            allowed: "client-secret or workload-identity",
            todo: "Write how Airflow logs in to its app, or leave the key out for client-secret",
        },
        ["client-secret", "workload-identity"],
    ).default("client-secret"),
    issuer: text(
        {
            allowed:
                "the https URL of the issuer of the cluster's tokens, character by character: a slash at its end matters",
            todo: "Write the issuer in what this prints: kubectl get --raw /.well-known/openid-configuration",
        },
        (value) => value.startsWith("https://") && isServerAddress(value),
    ).optional(),
    credentialIn: oneOf(
        {
            allowed: "kwargs or environment",
            todo:
                "Write environment to have the client secret in AZURE_CLIENT_SECRET, where every DAG uses it, or leave the " +
                "key out for kwargs",
        },
        ["kwargs", "environment"],
    ).optional(),
    clientSecretDays: integer(
        {
            allowed: `whole days from 1 to ${MAX_CLIENT_SECRET_DAYS}`,
            todo: `Write the lifetime of the client secret, or leave the key out for ${DEFAULT_CLIENT_SECRET_DAYS}`,
        },
        1,
        MAX_CLIENT_SECRET_DAYS,
    ).optional(),
    generation: removedGeneration,
});

/** Schema of `backend` of kind `azure-key-vault`. */
export const azureKeyVaultBackend = withLoginChecks(withPrefixChecks(azureKeyVaultKeys))
    .refine(({ purgeProtection, createVault }) => !purgeProtection || createVault, {
        path: ["purgeProtection"],
        error: advice({
            allowed: "false for a vault that the stack does not create",
            todo: "Leave the key out: you decide it where you create the vault",
        }),
    })
    .refine(({ vaultName, createVault }) => vaultName !== undefined || createVault, {
        path: ["vaultName"],
        error: advice({
            allowed: "the name of a Key Vault",
            todo: "Write the name of an existing vault, or createVault: true to have one created",
        }),
        when: () => true,
    });

/** Adds the checks that each login has the keys that it needs, and no other's. They also run if other keys are invalid. */
function withLoginChecks<T extends z.ZodObject>(backend: T): T {
    const when = (): boolean => true;
    const isKeyless = ({ login }: Record<string, unknown>): boolean => login === "workload-identity";
    const missing = advice({
        allowed: "the issuer of the cluster's tokens, because login: workload-identity trusts what it has signed",
        todo: "Write the issuer in what this prints: kubectl get --raw /.well-known/openid-configuration",
    });
    const useless = advice({
        allowed: "no such key if login is client-secret",
        todo: "Write login: workload-identity, or remove the key",
    });
    const withIssuer = backend
        .refine((found) => !isKeyless(found) || found.issuer !== undefined, { path: ["issuer"], error: missing, when })
        .refine((found) => isKeyless(found) || found.issuer === undefined, { path: ["issuer"], error: useless, when });
    const noSecret = advice({
        allowed: "no such key if login is workload-identity: there is no client secret",
        todo: "Remove the key",
    });
    return ["credentialIn", "clientSecretDays"].reduce(
        (checked, key) =>
            checked.refine((found) => !isKeyless(found) || found[key] === undefined, {
                path: [key],
                error: noSecret,
                when,
            }),
        withIssuer,
    );
}

export type AzureConfig = z.output<typeof azureKeyVaultBackend>;
