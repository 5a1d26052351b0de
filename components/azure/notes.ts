type Marks = Readonly<Record<string, string>>;

/** Returns an app registration's notes with its marks, one per line: unlike other resources, an app has no tags with values. */
export function notesOf(marks: Marks): string {
    return Object.entries(marks)
        .map(([name, value]) => `${name}: ${value}`)
        .join("\n");
}

/** Returns the marks in an app registration's notes. */
export function marksIn(notes: unknown): Marks | undefined {
    return typeof notes === "string"
        ? Object.fromEntries([...notes.matchAll(/^(.+?): (.+)$/gm)].map(([, name = "", value = ""]) => [name, value]))
        : undefined;
}
