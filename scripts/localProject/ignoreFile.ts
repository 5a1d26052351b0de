import type { Change } from "./change";
import { withFinalNewline } from "./lines";

/** Adds `.env` to a `.gitignore` or `.dockerignore`, unless it is ignored already. The last matching line decides. */
export function withEnvIgnored(text: string): Change {
    const line = text
        .split(/\r?\n/)
        .filter((each) => /^!?(\*\*\/|\/)?\.env\s*$/.test(each))
        .pop();
    const isIgnored = line !== undefined && !line.startsWith("!");
    return { text: isIgnored ? text : `${withFinalNewline(text)}.env\n` };
}
