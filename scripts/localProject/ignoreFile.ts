import type { Change } from "./change";
import { ENV, TEMPORARY } from "./files";
import { withFinalNewline } from "./lines";

/**
 * Makes a `.gitignore` or `.dockerignore` ignore `.env` and the file that becomes it. The last matching line decides,
 * so the names have to come after every line that begins with `!`: what that one matches need not be known.
 */
export function withEnvIgnored(text: string): Change {
    const lines = text.split(/\r?\n/).map((line) => line.replace(/(?<! ) +$/, ""));
    const last = lines.slice(lines.findLastIndex((line) => /^\s*!/.test(line)) + 1);
    const missing = [ENV, TEMPORARY].filter(
        (name) => !["", "/", "**/"].some((folder) => last.includes(`${folder}${name}`)),
    );
    return { text: missing.reduce((before, name) => `${withFinalNewline(before)}${name}\n`, text) };
}
