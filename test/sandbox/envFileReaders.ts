import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { cacheDir, projectDir } from "../../sandbox/paths";
import { cached } from "../../sandbox/tools/cache";
import { goBuild } from "../../sandbox/tools/goBuild";

const MODULE = "env-file-readers";

export type Reader = (file: string) => Promise<Record<string, string>>;

/** Returns the three programs that read an Astro project's `.env`, by name. Two are Docker's own code, built once. */
export async function envFileReaders(): Promise<Readonly<Record<string, Reader>>> {
    const sources = await Promise.all(
        ["main.go", "go.sum"].map((name) => readFile(join(projectDir, "sandbox", "tools", "go", MODULE, name))),
    );
    const version = createHash("sha256").update(Buffer.concat(sources)).digest("hex").slice(0, 12);
    const folder = await cached(join(cacheDir(), `${MODULE}-${version}`), (temporary) =>
        goBuild({ module: MODULE, package: "." }, temporary),
    );
    const docker =
        (kind: string): Reader =>
        async (file) => {
            const { stdout } = await execa(join(folder, MODULE), [kind, file]);
            return JSON.parse(stdout) as Record<string, string>;
        };
    return { "Docker Compose": docker("compose"), "docker run": docker("docker"), "Astro standalone": standalone };
}

/**
 * Reads an `.env` as the Astro CLI documents it for its standalone mode, whose code is not available here: lines are
 * trimmed, comments are skipped, a pair of outer quotes is removed, and nothing is interpolated.
 */
async function standalone(file: string): Promise<Record<string, string>> {
    const settings = (await readFile(file, "utf8"))
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "" && !line.startsWith("#") && line.includes("="))
        .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const);
    return Object.fromEntries(settings.map(([name, value]) => [name, value.replace(/^(["'])([^]*)\1$/, "$2")]));
}

/** Writes the text to the file; returns the env vars that each reader finds in it, by reader. */
export async function readByAll(
    readers: Readonly<Record<string, Reader>>,
    file: string,
    text: string,
): Promise<Record<string, Record<string, string>>> {
    await writeFile(file, text, { mode: 0o600 });
    const found = Object.entries(readers).map(async ([name, read]) => [name, await read(file)] as const);
    return Object.fromEntries(await Promise.all(found));
}
