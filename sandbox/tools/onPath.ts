import { access, constants } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";
import { log } from "../progress";
import { isAtLeast, type Pin } from "./versions";

/**
 * Returns the folder of `program` on PATH, or undefined if it is missing or too old. `program versionArgs` prints the
 * version.
 */
export async function onPath(program: string, versionArgs: string[], pin: Pin): Promise<string | undefined> {
    const file = await find(program);
    if (file === undefined) {
        return undefined;
    }
    const { stdout, stderr, failed } = await execa(file, versionArgs, {
        reject: false,
        timeout: 20_000,
        stdin: "ignore",
    });
    const version = /(\d+\.\d+(\.\d+)?)/.exec(`${stdout}\n${stderr}`)?.[1];
    if (failed || version === undefined || !isAtLeast(version, pin.atLeast)) {
        log(`${program} on PATH is ${version ?? "of an unknown version"}, ${pin.atLeast} or newer is needed: not used`);
        return undefined;
    }
    log(`${program} ${version} from PATH`);
    return dirname(file);
}

/** Returns the file that a shell would run for `program`; undefined if there is none on PATH. */
export async function find(program: string): Promise<string | undefined> {
    for (const folder of (process.env.PATH ?? "").split(delimiter)) {
        const file = join(folder, program);
        const usable = await access(file, constants.X_OK).then(
            () => true,
            () => false,
        );
        if (folder !== "" && usable) {
            return file;
        }
    }
    return undefined;
}
