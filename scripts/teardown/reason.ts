/** Matches one line, and if it ends in a colon also the indented lines below it. */
const ERROR = /\berror: +(\S[^\n]*(?:(?<=:)(?:\n[ \t]+[^\n]+)+)?)/g;
/** Matches Pulumi's summary, which does not contain the reason: it comes before. */
const SUMMARY = /^(update|destroy|refresh|preview) failed$/;

/** Returns on one line why a Pulumi command failed, from its output; `undefined` if the output has no reason. */
export function reasonIn(output: string): string | undefined {
    const found = [...output.matchAll(ERROR)].map(([, text = ""]) => text.replace(/\s+/g, " ").trim());
    const [first, ...others] = [...new Set(found)].filter((text) => !SUMMARY.test(text));
    return first === undefined || others.length === 0 ? first : `${first} (and ${others.length} more)`;
}
