/** The new text of a file. */
export interface Change {
    readonly text: string;
    /** Descriptions of the user's own lines that would be overwritten. The user is asked first. */
    readonly overwrites?: readonly string[];
    /** What the user has to do or to know. */
    readonly notes?: readonly string[];
}
