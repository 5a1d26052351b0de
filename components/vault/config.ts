import type { z } from "zod";
import { normalAddress } from "../../config/address";
import {
    SEGMENT,
    SEGMENTS,
    integer,
    isCidr,
    isFilePath,
    isSegment,
    isSegments,
    list,
    mapping,
    oneOf,
    text,
} from "../../config/rules";
import { removedGeneration } from "../generation";
import { only, withPrefixChecks } from "../prefixes";
import { isVaultAddress } from "./address";
import { logins, withLoginChecks, type KeylessLoginName } from "./logins";

const HOUR = 3600;
const DAY = 24 * HOUR;
/** Batch tokens cannot be revoked: a leaked one can be used until it expires. */
const MAX_TOKEN_TTL = 20 * 60;
/** Below Vault's default maximum TTL of 32 days. */
export const DEFAULT_SECRET_ID_TTL = 30 * DAY;
/** Every secret id expires within a foreseeable time. JavaScript dates and Vault durations have limits too. */
const MAX_SECRET_ID_TTL = 3650 * DAY;

const DEFAULT_AUDIENCE = "vault";

/** Vault allows none of these as a namespace. Some of its clients take `root` for the root namespace. */
const RESERVED = ["root", "sys", "audit", "auth", "cubbyhole", "identity"];

/** Printable, and nothing that would be taken for a list. */
const isAudience = (value: string): boolean => /^[!-~]{1,200}$/.test(value) && !/["',\\]/.test(value);

const prefix = (standard: string) =>
    text(
        {
            allowed: SEGMENTS,
            todo: `Write the path of the secrets below the mount, or leave the key out for ${standard}`,
        },
        isSegments,
    ).optional();

/** The keys of `backend` of kind `vault`, without checks across keys. */
export const vaultKeys = mapping("Describe the Vault server that the Deployment reads from", {
    kind: oneOf({ allowed: "vault", todo: "Write kind: vault" }, ["vault"]),
    address: text(
        {
            allowed: "an http or https URL without user info, query or fragment, and without /v1 or /ui in its path",
            todo: "Write the URL at which Airflow reaches Vault, e.g. https://vault.example.com; Airflow adds /v1 itself",
        },
        isVaultAddress,
    ).transform(normalAddress),
    caFile: text(
        {
            allowed: "an absolute path without control characters",
            todo:
                "Write where the image of Airflow has the certificate of the CA, e.g. /usr/local/share/ca.pem, or leave the " +
                "key out if Airflow trusts the CA anyway",
        },
        isFilePath,
    ).optional(),
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
    variablesPrefix: prefix("variables, below the scope"),
    connectionsPrefix: prefix("connections, below the scope"),
    only,
    configPrefix: text(
        {
            allowed: SEGMENTS,
            todo: "Write where Airflow finds options of its own configuration, e.g. solar-dust-1234/config, or leave the key out",
        },
        isSegments,
    ).optional(),
    namespace: text(
        {
            allowed: `${SEGMENTS}, of which none is ${RESERVED.slice(0, -1).join(", ")} or ${RESERVED.at(-1) ?? ""}`,
            todo: "Write a Vault Enterprise namespace, or leave the key out for the root namespace",
        },
        (value) => isSegments(value) && value.split("/").every((segment) => !RESERVED.includes(segment)),
    ).optional(),
    login: oneOf(
        {
            allowed: logins.join(", "),
            todo: "Write the type of the auth method with which Airflow logs in, or leave the key out for approle",
        },
        logins,
    ).default("approle"),
    authMount: text(
        {
            allowed: SEGMENTS,
            todo: 'Write the path of the auth method, or leave the key out for the login\'s name, e.g. "approle"',
        },
        isSegments,
    ).optional(),
    audience: text(
        {
            allowed: "1 to 200 characters without spaces, quotes and commas",
            todo:
                "Write the audience of the token in the pods, e.g. https://vault.example.com, or leave the key out for " +
                `"${DEFAULT_AUDIENCE}"`,
        },
        isAudience,
    ).optional(),
    tokenTtl: integer(
        {
            allowed: `whole seconds from 1 to ${MAX_TOKEN_TTL} (20 minutes)`,
            todo: `Write the TTL of a login's token, or leave the key out for ${MAX_TOKEN_TTL}`,
        },
        1,
        MAX_TOKEN_TTL,
    ).default(MAX_TOKEN_TTL),
    secretIdTtl: integer(
        {
            allowed: `whole seconds from ${HOUR} (1 hour) to ${MAX_SECRET_ID_TTL} (10 years)`,
            todo: `Write the TTL of the secret id, or leave the key out for ${DEFAULT_SECRET_ID_TTL} (30 days)`,
        },
        HOUR,
        MAX_SECRET_ID_TTL,
    ).optional(),
    boundCidrs: list(
        { allowed: "a list of at least one CIDR block", todo: "Leave the key out to accept a login from anywhere" },
        text(
            {
                allowed: "an IPv4 address with /0 to /32, or an IPv6 address without a zone with /0 to /128",
                todo: "Write e.g. 10.0.0.0/8 or 2001:db8::/32",
            },
            isCidr,
        ),
    ).optional(),
    generation: removedGeneration,
});

type Keys = z.output<typeof vaultKeys>;

/** The checked config of a backend, with the defaults of its login. */
export type VaultConfig = Omit<Keys, "login" | "authMount" | "secretIdTtl" | "audience"> & {
    /** Path of the auth method. */
    readonly authMount: string;
} & (
        | { readonly login: "approle"; readonly secretIdTtl: number }
        | { readonly login: KeylessLoginName; readonly audience: string }
    );

/** Fills in the defaults that depend on the login. */
function withLoginDefaults({
    login,
    authMount = login,
    secretIdTtl = DEFAULT_SECRET_ID_TTL,
    audience = DEFAULT_AUDIENCE,
    ...keys
}: Keys): VaultConfig {
    return login === "approle" ? { ...keys, authMount, login, secretIdTtl } : { ...keys, authMount, login, audience };
}

/** Schema of `backend` of kind `vault`. The defaults of some keys depend on the login. */
export const vaultBackend = withLoginChecks(withPrefixChecks(vaultKeys)).overwrite(withLoginDefaults);
