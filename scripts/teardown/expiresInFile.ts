import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { EXPIRES_IN_FILE, expiresOf } from "../../stack/expires";
import { projectDir } from "../pulumi";

/** What a stack's file says, for a stack whose first `up` never came to say it in the state. */
export async function expiresInFile(stack: string, dir = projectDir): Promise<string | undefined> {
    // A stack of Pulumi Cloud can have its organisation and project before its name.
    const name = `Pulumi.${stack.split("/").at(-1) ?? ""}.yaml`;
    const text = await readFile(join(dir, name), "utf8").catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return "";
        }
        throw error;
    });
    const { config } = (parse(text) ?? {}) as { config?: Record<string, unknown> };
    const found = config?.[EXPIRES_IN_FILE];
    const expires = expiresOf(found);
    if (found !== undefined && expires === undefined) {
        throw new Error(`${name} says that it expires at ${JSON.stringify(found)}, which is no time`);
    }
    return expires;
}
