import type { Change } from "./change";
import { ended } from "./lines";

/** A `.gitignore` or `.dockerignore` that keeps `.env` out. The last line that fits a file's name holds. */
export function ignoring(text: string): Change {
    const line = text
        .split(/\r?\n/)
        .filter((each) => /^!?(\*\*\/|\/)?\.env\s*$/.test(each))
        .pop();
    const isIgnored = line !== undefined && !line.startsWith("!");
    return { text: isIgnored ? text : `${ended(text)}.env\n` };
}
