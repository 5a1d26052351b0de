import { createHash } from "node:crypto";
import type { CredentialId, Current, Owner } from "./owner";

/**
 * Returns a short hash of what an identity or a place is. It is in the names of all that belongs to it: another
 * identity can then be created beside the old one, and an `up` after an interrupted one finds what already exists.
 */
export function hashOf(description: unknown): string {
    return stableHash(JSON.stringify(description));
}

/**
 * Returns the logical name of one of an identity's resources, e.g. `solar-dust-1234.1a2b3c4d.role`. A Deployment's name
 * is a DNS label without dots, so the parts cannot be confused.
 *
 * @param number of the resource, if the identity has several for the same part: `solar-dust-1234.1a2b3c4d.grant_2`
 */
export function identityResource({ owner, identity }: Current, part: string, number?: number): string {
    return [owner.deployment, identity, number === undefined ? part : `${part}_${number}`].join(".");
}

/** Returns the logical name of one of a credential's resources, e.g. `solar-dust-1234.1a2b3c4d.secret-id.2`. */
export function credentialResource({ owner, identity, generation }: Current, part: string): string {
    return [owner.deployment, identity, part, generation].join(".");
}

/** Returns the logical name of one of a place's resources, e.g. `solar-dust-1234.1a2b3c4d.test-variable`. */
export function placeResource({ owner, place }: Current, part: string): string {
    return [owner.deployment, place, part].join(".");
}

/** Returns the logical name of a created store or of what belongs to it, e.g. `solar-dust-1234.1a2b3c4d.vault`. */
export function storeResource({ owner, store }: Current, part: string): string {
    return [owner.deployment, store, part].join(".");
}

/** A resource's logical name, split into what the functions above joined. */
export interface ResourceName {
    readonly deployment: string;
    /** The hash of the identity or the place. */
    readonly hash: string;
    /** Without the number that several resources of one part have. */
    readonly part: string;
    /** Only of a credential. */
    readonly generation: number | undefined;
}

/** Splits a logical name; returns `undefined` if none of the functions above returned it. */
export function parseResourceName(name: string): ResourceName | undefined {
    const found = /^([^.]+)\.([0-9a-f]{8})\.([^._]+)(?:_\d+)?(?:\.(\d+))?$/.exec(name);
    const [, deployment, hash, part, generation] = found ?? [];
    return deployment === undefined || hash === undefined || part === undefined
        ? undefined
        : { deployment, hash, part, generation: generation === undefined ? undefined : Number(generation) };
}

/**
 * Returns the name of an identity in a service whose names are case-insensitive. The dots separate stack, Deployment and
 * hash: stack `a-b` with Deployment `c` differs from stack `a` with Deployment `b-c`.
 */
export function serviceName({ stack, deployment }: Owner, identity: string): string {
    const name = `airflow.${stack}.${deployment}.${identity}`;
    const lower = name.toLowerCase();
    return lower === name ? name : `${lower}.${stableHash(name)}`;
}

/** Returns how a message about Deployments begins, e.g. `Deployment "a", "b"`. */
export function deploymentsTitle(names: readonly string[]): string {
    return `Deployment ${names.map((name) => `"${name}"`).join(", ")}`;
}

/**
 * Returns `name` if it has less than `limit` characters, otherwise its beginning and a stable hash of the whole name. So a
 * name that is not shortened is never as long as one that is.
 */
export function shortenWithHash(name: string, limit: number): string {
    return name.length < limit ? name : `${name.slice(0, limit - 9)}-${stableHash(name)}`;
}

/** Google Cloud's maximum length of a service account id. The minimum is 6. */
const ACCOUNT_ID_LIMIT = 30;

/**
 * Returns the id of an identity's service account. It is too short to contain the names of project, stack and
 * Deployment, so it always contains a hash of all three and of the identity.
 */
export function gcpAccountId({ project, stack, deployment }: Owner, identity: string): string {
    const hash = hashOf([project, stack, deployment, identity]);
    const maxLength = ACCOUNT_ID_LIMIT - "airflow--".length - hash.length;
    return `airflow-${deployment.slice(0, maxLength)}-${hash}`;
}

/** Azure's maximum length of a Key Vault name. The minimum is 3. */
const VAULT_NAME_LIMIT = 24;

/**
 * Returns the name of a Key Vault that is created for a Deployment. Key Vault names are unique in all of Azure, so the
 * name always contains a hash of subscription, project, stack, Deployment and resource group. It must not contain
 * consecutive hyphens.
 */
export function azureVaultName(
    subscription: string,
    { project, stack, deployment }: Owner,
    resourceGroup: string,
): string {
    const hash = hashOf([subscription, project, stack, deployment, resourceGroup.toLowerCase()]);
    const maxLength = VAULT_NAME_LIMIT - "af--".length - hash.length;
    const readable = deployment.replace(/-+/g, "-").slice(0, maxLength).replace(/-$/, "");
    return `af-${readable}-${hash}`;
}

/** Returns a UUID that is the same in every run, for Azure names that must be UUIDs. Version 8: custom format. */
export function stableUuid(text: string): string {
    const hex = createHash("sha256").update(text).digest("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * Returns the owner of a Deployment's environment variables on Astronomer, as it is stored next to them. None of the
 * three names can contain a slash.
 */
export function envVarsOwner({ project, stack, deployment }: Owner): string {
    return `${project}/${stack}/${deployment}`;
}

/** Kubernetes' maximum length of a field manager's name. */
const FIELD_MANAGER_LIMIT = 128;

/** Returns the name of the field manager that owns a Deployment's env entries. */
export function fieldManager(owner: Owner): string {
    return shortenWithHash(envVarsOwner(owner), FIELD_MANAGER_LIMIT);
}

/**
 * Returns the logical name of the resource that sets env entries on a workload, e.g.
 * `solar-dust-1234.env-deployment-scheduler`.
 */
export function workloadResource(deployment: string, kind: string, workload: string): string {
    return `${deployment}.env-${kind.toLowerCase()}-${workload}`;
}

/** Returns how a credential is written in messages and records, e.g. `1a2b3c4d.2`. */
export function credentialTitle({ identity, generation }: CredentialId): string {
    return `${identity}.${generation}`;
}

function stableHash(text: string): string {
    return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
