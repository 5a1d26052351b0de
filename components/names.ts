import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/** Prefix of the type tokens of this project's components. */
export const componentType = (name: string): string => `airflow-secrets-backends:index:${name}`;

/**
 * The name that a thing of this stack has in a service where upper and lower case are one: the same at every run, so
 * that an `up` that was interrupted finds what it made. The dot keeps stack `a-b` with Deployment `c` apart from stack
 * `a` with Deployment `b-c`: a Deployment's name is a DNS label and has none.
 */
export function serviceName(stack: string, deployment: string): string {
    const name = `airflow.${stack}.${deployment}`;
    const lower = name.toLowerCase();
    return lower === name ? name : `${lower}.${stableHash(name)}`;
}

/** `name` where it fits into `limit` characters, else its beginning and a stable hash of all of it. */
export function shortened(name: string, limit: number): string {
    return name.length <= limit ? name : `${name.slice(0, limit - 9)}-${stableHash(name)}`;
}

/** Google's limit for the id of a service account; 6 is the least. */
const ACCOUNT_ID_LIMIT = 30;

/**
 * The id of a Deployment's service account. Its characters are too few to tell stack and Deployment apart, so there is
 * always a hash of all three names.
 */
export function gcpAccountId(project: string, stack: string, deployment: string): string {
    const hash = stableHash(JSON.stringify([project, stack, deployment]));
    const room = ACCOUNT_ID_LIMIT - "airflow--".length - hash.length;
    return `airflow-${deployment.slice(0, room)}-${hash}`;
}

/** Azure's limit for the name of a Key Vault; 3 is the least. */
const VAULT_NAME_LIMIT = 24;

/**
 * The name of a Deployment's own Key Vault. All vaults of Azure share one namespace, so there is always a hash of
 * everything that tells this one from others. A name has no two hyphens in a row.
 */
export function azureVaultName(subscription: string, project: string, stack: string, deployment: string): string {
    const hash = stableHash(JSON.stringify([subscription, project, stack, deployment]));
    const room = VAULT_NAME_LIMIT - "af--".length - hash.length;
    const readable = deployment.replace(/-+/g, "-").slice(0, room).replace(/-$/, "");
    return `af-${readable}-${hash}`;
}

/** A UUID that is the same at every run: for things that Azure wants named so. Version 8 is the one for one's own ways. */
export function stableUuid(text: string): string {
    const hex = createHash("sha256").update(text).digest("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Kubernetes refuses the name of a field manager beyond this length. */
const FIELD_MANAGER_LIMIT = 128;

/** The field manager that owns a Deployment's env entries. */
export function fieldManager(deployment: string): string {
    return shortened(`${pulumi.getProject()}-${pulumi.getStack()}-${deployment}`, FIELD_MANAGER_LIMIT);
}

/** Who has set a Deployment's variables on Astronomer, as it is written down beside them. */
export function variablesOwner(deployment: string): string {
    return `${pulumi.getProject()}/${pulumi.getStack()}/${deployment}`;
}

function stableHash(text: string): string {
    return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
