import { join } from "node:path";
import { cacheDir } from "../paths";
import { log, step } from "../progress";
import { cached } from "../tools/cache";
import { download, NotDownloaded } from "../tools/download";
import { goArch } from "../tools/versions";
import checksums from "./checksums.json";
import type { Plugin } from "./installed";
import { packages, programOf, type PackageName } from "./packages";

/** Platforms whose plugins have a checksum here. */
export const platforms = ["linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64"] as const;

const pinned: Readonly<Record<string, string>> = checksums;
const platform = `${process.platform}-${goArch}`;

/** The file that Pulumi publishes, of the version that the SDK asks for. */
export function archiveOf(name: PackageName, of: string = platform): string {
    return `${programOf(name)}-v${packages[name]}-${of}.tar.gz`;
}

/** Whether a download has failed: the others would each take as long to fail. */
let isOutOfReach = false;

export const urlOf = (archive: string): string => `https://get.pulumi.com/releases/plugins/${archive}`;

/** Fetches the plugin from its publisher, or says why not: no checksum is pinned, or the network does not allow it. */
export async function publishedPlugin(name: PackageName): Promise<Plugin | { readonly why: string }> {
    const [archive, version] = [archiveOf(name), packages[name]];
    const checksum = pinned[archive];
    if (checksum === undefined) {
        return { why: `no checksum is pinned to download ${version}` };
    }
    if (isOutOfReach) {
        return { why: `${version} cannot be downloaded here` };
    }
    const release = { url: urlOf(archive), checksum: { pinned: checksum } };
    try {
        const folder = await cached(join(cacheDir(), `plugin-${name}-${version}`), (temporary) =>
            step(`fetching the official plugin ${name} ${version}`, () => download(release, temporary)),
        );
        return { name, version, file: join(folder, programOf(name)) };
    } catch (error) {
        if (!(error instanceof NotDownloaded)) {
            throw error;
        }
        log(error.message);
        isOutOfReach = true;
        return { why: `${version} cannot be downloaded here` };
    }
}
