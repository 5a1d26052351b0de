import { createHash } from "node:crypto";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { execa } from "execa";
import { reasonOf } from "../../lib/reason";
import { SandboxError } from "../progress";

/** An official release: where it is, its checksum, and what it is packed in. */
export interface Release {
    readonly url: string;
    /**
     * Where its publisher says it: a file with lines `<hex digest>  <file name>`, or the bare digest. SHA-256, or SHA-512
     * by its length. A digest itself, in hex, where the publisher says none and this repository does.
     */
    readonly checksum: { readonly publishedAt: string } | { readonly pinned: string };
    /** Name of the binary, where the release is one file. */
    readonly binary?: string;
    /** Leading folders to drop from an archive's paths. */
    readonly strip?: number;
}

/** Why a release could not be had. The caller then builds it. */
export class NotDownloaded extends SandboxError {}

/** Fetches a release into `folder`, after comparing its checksum. */
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
        // Python is needed for Airflow anyway; unzip is not on every machine.
        await execa("python3", ["-m", "zipfile", "-e", archive, folder]);
        await chmod(join(folder, basename(archive).split("_")[0] ?? ""), 0o755);
    } else {
        await execa("tar", ["-xzf", archive, "-C", folder, `--strip-components=${release.strip ?? 0}`]);
    }
    await rm(archive);
}

/** What is at a URL. An answer has to begin within ten seconds.
 *
 * @throws NotDownloaded
 */
export async function get(url: string): Promise<Buffer> {
    const giveUp = new AbortController();
    const patience = setTimeout(() => {
        giveUp.abort(new Error("no answer in 10 s"));
    }, 10_000);
    try {
        const response = await fetch(url, { signal: giveUp.signal });
        clearTimeout(patience);
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
        clearTimeout(patience);
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
        throw new SandboxError(`${url} has checksum ${found}, and ${wanted} is right: not used`);
    }
}
