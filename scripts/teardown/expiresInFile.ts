import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expiresOf } from "../../stack/expires";
import { projectDir } from "../pulumi";
import { configuredExpires } from "../stackFile";

/**
 * Reads `expires` from a stack's file, for a stack whose first `up` was interrupted before it was written to the state.
 *
 * @throws Error if the value is not a time
 */
export async function expiresInFile(stack: string, dir = projectDir): Promise<string | undefined> {
    // With Pulumi Cloud, the stack's name may be preceded by the organization and the project.
    const name = `Pulumi.${stack.split("/").at(-1) ?? ""}.yaml`;
    const text = await readFile(join(dir, name), "utf8").catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return "";
        }
        throw error;
    });
    const found = configuredExpires(name, text);
    const expires = expiresOf(found);
    if (found !== undefined && expires === undefined) {
        throw new Error(`${name} says that it expires at ${JSON.stringify(found)}, which is not a valid time`);
    }
    return expires;
}
