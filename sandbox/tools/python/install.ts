import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { execa } from "execa";
import { SandboxError } from "../../progress";
import { cached } from "../cache";

/** The Python versions that the pinned Airflow and its providers support. */
const pythonVersions = ">=3.11.3,<3.15";
/** The commands used here need uv 0.5 or later: this is the minor version. */
const oldestUvMinor = 5;
const uvRequirements = join(__dirname, "uv.requirements.txt");

interface CacheArgs {
    /** Folder shared by all clones; environments are created in its `python` folder. */
    readonly cacheDir: string;
    /** Receives progress: what is being installed, and how long it took. */
    readonly log: (line: string) => void;
}

/**
 * Returns the path of uv, a Python package installer: the one on PATH if it is new enough, otherwise one that pip
 * installs into the cache. Needs `python3` with its `venv` module.
 */
export async function ensureUv({ cacheDir, log }: CacheArgs): Promise<string> {
    if (await uvOnPath()) return "uv";
    const dir = join(cacheDir, "python", `uv-${await key(uvRequirements, `${process.platform} ${process.arch}`)}`);
    await cached(dir, (folder) =>
        timed("installing uv", log, async () => {
            const python = "python3";
            await run(python, ["-m", "venv", folder], {
                help: "Python 3 with its venv module is needed: on Debian and Ubuntu, apt-get install python3 python3-venv",
            });
            const pip = ["-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", uvRequirements];
            await run(join(folder, "bin", "python"), pip, {});
        }),
    );
    return join(dir, "bin", "uv");
}

interface PythonEnvArgs extends CacheArgs {
    /** Path of uv. */
    readonly uv: string;
    /** Name of the environment's folder, and of the environment in log lines. */
    readonly name: string;
    /** Path of a requirements file with hashes for every package. */
    readonly requirements: string;
}

/**
 * Returns the folder of a Python environment with exactly these requirements, and creates it if it is missing. The
 * cache key is the content of the file and the Python version. Executables are in its `bin`.
 */
export async function ensurePythonEnv({ uv, name, requirements, cacheDir, log }: PythonEnvArgs): Promise<string> {
    const python = await findPython(uv, log);
    const { stdout: version } = await run(python, ["-c", "import platform; print(platform.python_version())"], {});
    const dir = join(cacheDir, "python", `${name}-${await key(requirements, `${version} ${process.arch}`)}`);
    return cached(dir, (folder) =>
        timed(`installing ${name} for Python ${version}`, log, async () => {
            // The folder is moved into place once it is complete, so the environment has to be relocatable.
            await run(uv, ["venv", "--quiet", "--relocatable", "--python", python, folder], {});
            const target = ["--python", join(folder, "bin", "python")];
            await run(
                uv,
                ["pip", "install", "--quiet", ...target, "--require-hashes", "--requirement", requirements],
                {},
            );
        }),
    );
}

async function uvOnPath(): Promise<boolean> {
    const found = await execa("uv", ["--version"], { reject: false });
    if (found.failed) return false;
    const [, major, minor] = /^uv (\d+)\.(\d+)/.exec(found.stdout) ?? [];
    return Number(major) > 0 || Number(minor) >= oldestUvMinor;
}

async function findPython(uv: string, log: (line: string) => void): Promise<string> {
    const found = await execa(uv, ["python", "find", pythonVersions], { reject: false });
    if (!found.failed) return found.stdout;
    await timed(`no Python ${pythonVersions} on this machine, downloading one`, log, () =>
        run(uv, ["python", "install", "3.12"], {
            help: `Python ${pythonVersions} is needed and could not be downloaded: install one and put it on PATH`,
        }),
    );
    return (await run(uv, ["python", "find", pythonVersions], {})).stdout;
}

async function key(file: string, version: string): Promise<string> {
    const hash = createHash("sha256").update(await readFile(file));
    return hash.update(`\n${version}`).digest("hex").slice(0, 12);
}

async function timed<T>(what: string, log: (line: string) => void, work: () => Promise<T>): Promise<void> {
    const start = Date.now();
    log(`${what} …`);
    await work();
    log(`${what}: done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
}

async function run(
    file: string,
    args: readonly string[],
    { help }: { help?: string },
): Promise<{ readonly stdout: string }> {
    const result = await execa(file, args, { reject: false });
    if (!result.failed) return { stdout: result.stdout };
    // The last lines say what failed; the lines before are progress.
    const reason = result.stderr.trim().split("\n").slice(-15).join("\n") || result.shortMessage;
    throw new SandboxError([help, `${basename(file)} ${args.join(" ")} failed:`, reason].filter(Boolean).join("\n"));
}
