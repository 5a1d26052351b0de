/** The store of the Deployments' variables, secret values included. */
export interface Releases {
    /** Returns undefined if the release never had variables. */
    read(release: string): Promise<readonly StoredVariable[] | undefined>;
    /** Replaces all variables of the release. */
    write(release: string, variables: readonly StoredVariable[]): Promise<void>;
    /** Deletes the release's variables. */
    remove(release: string): Promise<void>;
}

export interface StoredVariable {
    readonly key: string;
    readonly value: string;
    readonly isSecret: boolean;
}
