import { createHash } from "node:crypto";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { execa } from "execa";
import { reasonOf } from "../../lib/reason";
import { SandboxError } from "../progress";

/** An official release: its URL, its checksum, and its format. */
export interface Release {
    readonly url: string;
    /**
     * `publishedAt`: URL of the publisher's checksum file, which has lines `<hex digest>  <file name>` or only the
     * digest. `pinned`: the hex digest itself, if the publisher has no such file and this repository pins it. SHA-256
     * or SHA-512, depending on the length.
     */
    readonly checksum: { readonly publishedAt: string } | { readonly pinned: string };
    /** Name of the binary, if the release is a single file and not an archive. */
    readonly binary?: string;
    /** Number of leading folders to strip from an archive's paths. */
    readonly strip?: number;
}

/** Why a release could not be downloaded. The caller then builds it. */
export class NotDownloaded extends SandboxError {}

/**
 * Downloads a release, verifies its checksum, and unpacks it into `folder`.
 *
 * @throws NotDownloaded if the release or its checksum cannot be downloaded
 * @throws SandboxError if the checksum is wrong
 */
export async function download(release: Release, folder: string): Promise<void> {
    const { url, checksum } = release;
    const [content, checksums] = await Promise.all([
        get(url),
        "pinned" in checksum ? checksum.pinned : get(checksum.publishedAt),
    ]);
    verify(url, content, checksums.toString());
    await mkdir(folder, { recursive: true });
    if (release.binary !== undefined) {
        await writeFile(join(folder, release.binary), content, { mode: 0o755 });
        return;
    }
    const archive = join(folder, basename(release.url));
    await writeFile(archive, content);
    if (archive.endsWith(".zip")) {
        // Python is required for Airflow anyway; not every machine has unzip.
        await execa("python3", ["-m", "zipfile", "-e", archive, folder]);
        await chmod(join(folder, basename(archive).split("_")[0] ?? ""), 0o755);
    } else {
        await execa("tar", ["-xzf", archive, "-C", folder, `--strip-components=${release.strip ?? 0}`]);
    }
    await rm(archive);
}

/**
 * Returns the content of a URL. The response has to start within ten seconds.
 *
 * @throws NotDownloaded
 */
export async function get(url: string): Promise<Buffer> {
    const controller = new AbortController();
    const timeout = setTimeout(() => {
        controller.abort(new Error("no answer in 10 s"));
    }, 10_000);
    try {
        const response = await fetch(url, { signal: controller.signal });
        clearTimeout(timeout);
        if (!response.ok) {
            throw new NotDownloaded(`${url} answered ${response.status}`);
        }
        return Buffer.from(await response.arrayBuffer());
    } catch (error) {
        if (error instanceof NotDownloaded) {
            throw error;
        }
        throw new NotDownloaded(`${url}: ${reasonOf(error)}`);
    } finally {
        clearTimeout(timeout);
    }
}

function verify(url: string, content: Buffer, checksums: string): void {
    const name = basename(url);
    const line = checksums.split("\n").find((text) => text.trim().endsWith(name)) ?? checksums;
    const wanted = line.trim().split(/\s+/)[0] ?? "";
    const found = createHash(wanted.length === 128 ? "sha512" : "sha256")
        .update(content)
        .digest("hex");
    if (found !== wanted) {
        throw new SandboxError(`${url} has checksum ${found}, expected ${wanted}: not used`);
    }
}
