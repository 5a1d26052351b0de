import { advice, flag, integer, mapping, oneOf, text } from "../../config/rules";
import { generation } from "../generation";
import { scopeOrPrefixes } from "../prefixes";

/** The name of a secret ends at 127 characters, and the key needs room. */
const PREFIX_LIMIT = 80;
const CHARACTERS = `at most ${PREFIX_LIMIT} letters, digits and "-", a letter or digit at the end (no "_", no ".")`;
/** Airflow takes separators away from a prefix's end. */
const isPart = (value: string): boolean => value.length <= PREFIX_LIMIT && /^[A-Za-z0-9-]*[A-Za-z0-9]$/.test(value);

const prefix = (standard: string) =>
    text(
        {
            allowed: CHARACTERS,
            todo: `Write how the names of the secrets begin, or leave the key out for ${standard}`,
        },
        isPart,
    ).optional();

/** The longest life that Azure's portal gives a client secret. */
const MAX_CLIENT_SECRET_DAYS = 730;
/** What Microsoft recommends. */
const DEFAULT_CLIENT_SECRET_DAYS = 180;

/** The keys of `backend` of kind `azure-key-vault`, each for itself. */
export const azureKeyVaultKeys = mapping("Describe the Key Vault that the Deployment reads", {
    kind: oneOf({ allowed: "azure-key-vault", todo: "Write kind: azure-key-vault" }, ["azure-key-vault"]),
    resourceGroup: text(
        {
            allowed:
                'the name of a resource group: 1 to 90 letters, digits, "-", "_", "(", ")" and ".", no "." at the end',
            todo: "Write the resource group that holds the vault",
        },
        (value) => value.length <= 90 && /^[\w().-]*[\w()-]$/.test(value),
    ),
    vaultName: text(
        {
            allowed:
                'the name of a Key Vault: 3 to 24 letters, digits and "-", a letter first, a letter or digit at the end, no "--"',
            todo: "Write the name, not the URL; with createVault: true it may be left out, for one made of the Deployment's",
        },
        (value) => value.length >= 3 && value.length <= 24 && /^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$/.test(value),
    ).optional(),
    createVault: flag({
        allowed: "true or false",
        todo: "Write true to have the vault created, or leave the key out for false",
    }).default(false),
    authorization: oneOf(
        {
            allowed: "access-policy or rbac",
            todo: "Write the way in which the vault decides who may read, or leave the key out for access-policy",
        },
        ["access-policy", "rbac"],
    ).default("access-policy"),
    scope: text(
        { allowed: CHARACTERS, todo: "Write e.g. the Deployment's name, or leave the key out for no scope" },
        isPart,
    ).optional(),
    variablesPrefix: prefix("airflow-variables"),
    connectionsPrefix: prefix("airflow-connections"),
    sep: oneOf(
        { allowed: "- or --", todo: "Write what stands between a prefix and a key, or leave the key out for -" },
        ["-", "--"],
    ).default("-"),
    clientSecretDays: integer(
        {
            allowed: `whole days from 1 to ${MAX_CLIENT_SECRET_DAYS}`,
            todo: `Write the life of the client secret, or leave the key out for ${DEFAULT_CLIENT_SECRET_DAYS}`,
        },
        1,
        MAX_CLIENT_SECRET_DAYS,
    ).default(DEFAULT_CLIENT_SECRET_DAYS),
    generation,
});

/** `backend` of kind `azure-key-vault`. */
export const azureKeyVaultBackend = scopeOrPrefixes(azureKeyVaultKeys).refine(
    ({ vaultName, createVault }) => vaultName !== undefined || createVault,
    {
        path: ["vaultName"],
        error: advice({
            allowed: "the name of a Key Vault",
            todo: "Write the vault that is there, or createVault: true to have one created",
        }),
        when: () => true,
    },
);
