/** What becomes of a file's text. */
export interface Change {
    readonly text: string;
    /** What of somebody's own it would take away, in words: the user is asked first. */
    readonly overwrites?: readonly string[];
    /** What the user has to do, or to know. */
    readonly notes?: readonly string[];
}
