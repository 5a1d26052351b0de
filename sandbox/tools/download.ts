import { createHash } from "node:crypto";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { execa } from "execa";
import { reasonOf } from "../../lib/reason";
import { SandboxError } from "../progress";

/** An official release: its URL, its checksum, and its format. */
export interface Release {
    readonly url: string;
    /** In hex. This repository pins it: a list beside the release would be changed with it. */
    readonly sha256: string | undefined;
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
 * @throws NotDownloaded if the release cannot be downloaded, or no checksum is pinned for it
 * @throws SandboxError if the checksum is wrong
 */
export async function download(release: Release, folder: string): Promise<void> {
    const { url, sha256 } = release;
    if (sha256 === undefined) {
        throw new NotDownloaded(`no checksum is pinned for ${url}`);
    }
    const content = await get(url);
    verify(url, content, sha256);
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

function verify(url: string, content: Buffer, sha256: string): void {
    const found = createHash("sha256").update(content).digest("hex");
    if (found !== sha256) {
        throw new SandboxError(`${url} has checksum ${found}, expected ${sha256}: not used`);
    }
}
