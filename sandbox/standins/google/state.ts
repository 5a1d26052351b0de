import { randomBytes, randomInt } from "node:crypto";
import type { Store } from "../store";

/** A role binding of an IAM policy, as in Google's APIs. */
export interface Binding {
    readonly role: string;
    readonly members: readonly string[];
    readonly condition?: { readonly title: string; readonly description?: string; readonly expression: string };
}

export interface Policy {
    readonly version: number;
    readonly etag: string;
    readonly bindings: readonly Binding[];
}

export interface AccountKey {
    readonly id: string;
    /** PEM, SubjectPublicKeyInfo. The private key is returned once, when the key is created. */
    readonly publicKey: string;
    readonly created: string;
}

export interface Account {
    readonly email: string;
    readonly uniqueId: string;
    displayName: string;
    description: string;
    keys: AccountKey[];
}

export interface SecretVersion {
    readonly id: number;
    readonly created: string;
    state: "ENABLED" | "DISABLED" | "DESTROYED";
    /** Base64. */
    data: string;
}

export interface Secret {
    readonly created: string;
    readonly labels: Record<string, string>;
    annotations: Record<string, string>;
    readonly replication: { readonly automatic?: object; readonly userManaged?: object };
    versions: SecretVersion[];
}

export interface State {
    readonly project: { readonly id: string; readonly number: string };
    policy: Policy;
    /** Organisation policy constraints, and whether they are enforced on the project. */
    readonly enforced: Record<string, boolean>;
    /** By email address. */
    readonly accounts: Record<string, Account>;
    /** By id. */
    readonly secrets: Record<string, Secret>;
}

/** The store of one project and its content. */
export type GoogleStore = Store<State>;

export function emptyProject(id: string): State {
    return {
        project: { id, number: String(randomInt(100_000_000_000, 281_474_976_710_655)) },
        policy: { version: 1, etag: newEtag(), bindings: [] },
        enforced: {},
        accounts: {},
        secrets: {},
    };
}

export function newEtag(): string {
    return randomBytes(8).toString("base64");
}

/** Returns 21 digits, like Google's unique IDs. */
export function newUniqueId(): string {
    return `1${Array.from({ length: 20 }, () => randomInt(10)).join("")}`;
}
