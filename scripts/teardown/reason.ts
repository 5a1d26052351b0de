/** One line, and where it ends in a colon what is indented below it. */
const ERROR = /\berror: +(\S[^\n]*(?:(?<=:)(?:\n[ \t]+[^\n]+)+)?)/g;
/** What Pulumi says at the end tells nothing: what went wrong stands before it. */
const SUMMARY = /^(update|destroy|refresh|preview) failed$/;

/** Why a command of Pulumi's failed, in its own words, on one line; nothing where it does not say. */
export function reasonIn(said: string): string | undefined {
    const found = [...said.matchAll(ERROR)].map(([, text = ""]) => text.replace(/\s+/g, " ").trim());
    const [first, ...others] = [...new Set(found)].filter((text) => !SUMMARY.test(text));
    return first === undefined || others.length === 0 ? first : `${first} (and ${others.length} more)`;
}
