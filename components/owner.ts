/**
 * Who a resource in a service belongs to. The names of resources contain these names. They are the names at the time
 * when the Deployment was first created, and are read back from the state, so that a rename changes no resource.
 */
export interface Owner {
    readonly project: string;
    readonly stack: string;
    readonly deployment: string;
}

/** A credential of a Deployment, and the identity that it belongs to. */
export interface CredentialId {
    /** A hash of what the identity is, see `identityHash`. */
    readonly identity: string;
    /** 1 for the identity's first credential; each rotation adds 1. */
    readonly generation: number;
}

/** The names of what a Deployment has now: the identity with its current credential, and the place of its secrets. */
export interface Current extends CredentialId {
    readonly owner: Owner;
    /** A hash of where the Deployment's secrets are. */
    readonly place: string;
    /** A hash of the store that is created for the Deployment. Only Azure creates one: a Key Vault. */
    readonly store: string;
}

export function isSameCredential(one: CredentialId, other: CredentialId): boolean {
    return one.identity === other.identity && one.generation === other.generation;
}
