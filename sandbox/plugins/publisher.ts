import { join } from "node:path";
import { cacheDir } from "../paths";
import { log, step } from "../progress";
import { cached } from "../tools/cache";
import { download, NotDownloaded } from "../tools/download";
import { goArch } from "../tools/versions";
import checksums from "./checksums.json";
import type { Plugin } from "./installed";
import { packages, programName, type PackageName } from "./packages";

/** The platforms whose plugins have a checksum in checksums.json. */
export const platforms = ["linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64"] as const;

const pinned: Readonly<Record<string, string>> = checksums;
const platform = `${process.platform}-${goArch}`;

/** Returns the file name of the plugin that Pulumi publishes, in the version that the SDK requires. */
export function archiveOf(name: PackageName, forPlatform: string = platform): string {
    return `${programName(name)}-v${packages[name]}-${forPlatform}.tar.gz`;
}

/** Whether a download has failed. Others are then skipped: each would take as long to fail. */
let isUnreachable = false;

export const urlOf = (archive: string): string => `https://get.pulumi.com/releases/plugins/${archive}`;

/**
 * Downloads the plugin from its publisher. Returns a reason if no checksum is pinned or the publisher is unreachable.
 */
export async function publishedPlugin(name: PackageName): Promise<Plugin | { readonly reason: string }> {
    const [archive, version] = [archiveOf(name), packages[name]];
    const checksum = pinned[archive];
    if (checksum === undefined) {
        return { reason: `no checksum is pinned to download ${version}` };
    }
    if (isUnreachable) {
        return { reason: `${version} cannot be downloaded here` };
    }
    const release = { url: urlOf(archive), sha256: checksum };
    try {
        const folder = await cached(join(cacheDir(), `plugin-${name}-${version}`), (temporary) =>
            step(`fetching the official plugin ${name} ${version}`, () => download(release, temporary)),
        );
        return { name, version, file: join(folder, programName(name)) };
    } catch (error) {
        if (!(error instanceof NotDownloaded)) {
            throw error;
        }
        log(error.message);
        isUnreachable = true;
        return { reason: `${version} cannot be downloaded here` };
    }
}
