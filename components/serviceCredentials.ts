/** A resource in the state, as `pulumi stack export` shows it: its secrets are encrypted. */
export interface StoredResource {
    readonly type: string;
    /** The provider's id. */
    readonly id: string;
    /** Returns an output as plain data; `undefined` if it does not exist. */
    readonly output: (name: string) => unknown;
}

/** A credential that a service holds. */
export interface HeldCredential {
    /** As the service lists it. It is not secret. */
    readonly id: string;
    /** When it was created: RFC 3339. `undefined` if the service does not say. */
    readonly made: string | undefined;
}

/** A service, with the login of this shell. */
export interface CredentialStore {
    /**
     * Lists all credentials of an identity, whoever created them.
     *
     * @throws Error if the service does not hold the very identity that is in the state, or if it refuses
     */
    list(identity: StoredResource): Promise<readonly HeldCredential[]>;
    /**
     * Deletes one credential of an identity. It is no error if it no longer exists.
     *
     * @throws Error if the service refuses
     */
    remove(identity: StoredResource, credential: string): Promise<void>;
}

/** How to ask a service which credentials an identity has. Without the Pulumi SDK. */
export interface ServiceCredentials {
    /** What a credential is called there, e.g. `access key`. */
    readonly title: string;
    /** Returns an identity's name in the service; `undefined` if the resource is not an identity with credentials. */
    readonly identityName: (resource: StoredResource) => string | undefined;
    /** Returns a credential's id, as in `HeldCredential`; `undefined` if the resource is not a credential. */
    readonly credentialId: (resource: StoredResource) => string | undefined;
    /**
     * Uses the login of this shell. Loads the service's SDK.
     *
     * @throws Error if there is no login
     */
    readonly logIn: () => Promise<CredentialStore>;
}

/** Returns an output that is a string; `undefined` if it is another, or empty. */
export function outputText({ output }: StoredResource, name: string): string | undefined {
    const value = output(name);
    return typeof value === "string" && value !== "" ? value : undefined;
}

/**
 * Returns an output that must be a string.
 *
 * @throws Error if it is not
 */
export function requiredOutput(resource: StoredResource, name: string): string {
    const value = outputText(resource, name);
    if (value === undefined) {
        throw new Error(`its ${resource.type} in the state has no output "${name}": run pulumi refresh`);
    }
    return value;
}
