import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/**
 * Returns the name of a Deployment's object in a service whose names are case-insensitive. It is the same in every run,
 * so that an `up` after an interrupted one finds what already exists. The dot separates stack and Deployment: a
 * Deployment's name is a DNS label without dots, so stack `a-b` with Deployment `c` differs from stack `a` with
 * Deployment `b-c`.
 */
export function serviceName(stack: string, deployment: string): string {
    const name = `airflow.${stack}.${deployment}`;
    const lower = name.toLowerCase();
    return lower === name ? name : `${lower}.${stableHash(name)}`;
}

/** Returns `name` if it has at most `limit` characters, otherwise its beginning and a stable hash of the whole name. */
export function shortenWithHash(name: string, limit: number): string {
    return name.length <= limit ? name : `${name.slice(0, limit - 9)}-${stableHash(name)}`;
}

/** Google Cloud's maximum length of a service account id. The minimum is 6. */
const ACCOUNT_ID_LIMIT = 30;

/**
 * Returns the id of a Deployment's service account. It is too short to contain the names of project, stack and
 * Deployment, so it always contains a hash of all three.
 */
export function gcpAccountId(project: string, stack: string, deployment: string): string {
    const hash = stableHash(JSON.stringify([project, stack, deployment]));
    const maxLength = ACCOUNT_ID_LIMIT - "airflow--".length - hash.length;
    return `airflow-${deployment.slice(0, maxLength)}-${hash}`;
}

/** Azure's maximum length of a Key Vault name. The minimum is 3. */
const VAULT_NAME_LIMIT = 24;

/**
 * Returns the name of a Key Vault that is created for a Deployment. Key Vault names are unique in all of Azure, so the
 * name always contains a hash of subscription, project, stack and Deployment. It must not contain consecutive hyphens.
 */
export function azureVaultName(subscription: string, project: string, stack: string, deployment: string): string {
    const hash = stableHash(JSON.stringify([subscription, project, stack, deployment]));
    const maxLength = VAULT_NAME_LIMIT - "af--".length - hash.length;
    const readable = deployment.replace(/-+/g, "-").slice(0, maxLength).replace(/-$/, "");
    return `af-${readable}-${hash}`;
}

/** Returns a UUID that is the same in every run, for Azure names that must be UUIDs. Version 8: custom format. */
export function stableUuid(text: string): string {
    const hex = createHash("sha256").update(text).digest("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Kubernetes' maximum length of a field manager's name. */
const FIELD_MANAGER_LIMIT = 128;

/** Returns the name of the field manager that owns a Deployment's env entries. */
export function fieldManager(deployment: string): string {
    return shortenWithHash(`${pulumi.getProject()}-${pulumi.getStack()}-${deployment}`, FIELD_MANAGER_LIMIT);
}

/** Returns the owner of a Deployment's environment variables on Astronomer, as it is stored next to them. */
export function envVarsOwner(deployment: string): string {
    return `${pulumi.getProject()}/${pulumi.getStack()}/${deployment}`;
}

function stableHash(text: string): string {
    return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
