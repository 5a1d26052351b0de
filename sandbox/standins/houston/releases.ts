/** Where variables are kept, as they are. */
export interface Releases {
    /** Nothing where the release never had variables. */
    read(release: string): Promise<readonly StoredVariable[] | undefined>;
    /** Puts this in the place of what there was. */
    write(release: string, variables: readonly StoredVariable[]): Promise<void>;
}

export interface StoredVariable {
    readonly key: string;
    readonly value: string;
    readonly isSecret: boolean;
}
