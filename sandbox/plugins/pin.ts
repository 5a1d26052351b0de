/**
 * `npm run pin-plugins`: downloads the official plugins in the versions that package.json requires, and writes their
 * checksums to checksums.json. Run it after those versions change, on a machine that can reach the publisher.
 */
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { get } from "../tools/download";
import { log, step } from "../progress";
import { packageNames } from "./packages";
import { archiveOf, platforms, urlOf } from "./publisher";

async function main(): Promise<void> {
    const archives = packageNames.flatMap((name) => platforms.map((platform) => archiveOf(name, platform)));
    const checksums: Record<string, string> = {};
    for (const archive of archives.sort()) {
        const content = await step(`fetching ${archive}`, () => get(urlOf(archive)));
        checksums[archive] = createHash("sha256").update(content).digest("hex");
    }
    const file = join(__dirname, "checksums.json");
    await writeFile(file, `${JSON.stringify(checksums, undefined, 4)}\n`);
    log(`wrote ${archives.length} checksums to ${file}`);
}

main().catch((error: unknown) => {
    log((error as Error).message);
    process.exitCode = 1;
});
