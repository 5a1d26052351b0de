import { copyFile, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { execa } from "execa";
import { projectDir } from "../paths";
import { SandboxError } from "../progress";

export interface GoProgram {
    /** Folder below `sandbox/tools/go` with the go.mod and go.sum that pin the sources; also the name of the binary. */
    readonly module: string;
    /** The package to build. */
    readonly package: string;
    /** A Go string variable to set at link time, `path.Name=value`: the program's own version. */
    readonly set?: string;
    /** Changes to the published sources. */
    readonly changes?: readonly SourceChange[];
}

interface SourceChange {
    /** File of the package. */
    readonly file: string;
    /** Text to replace. It has to occur exactly once. */
    readonly from: string;
    readonly to: string;
}

/**
 * Builds a Go program from published modules into `folder`.
 *
 * @throws SandboxError if the build fails or a change does not apply
 */
export async function goBuild(program: GoProgram, folder: string): Promise<void> {
    const { module, changes = [], set } = program;
    const cwd = join(projectDir, "sandbox", "tools", "go", module);
    const ldflags = ["-s", "-w", ...(set === undefined ? [] : ["-X", set])].join(" ");
    const args = ["build", "-mod=readonly", "-trimpath", "-ldflags", ldflags, "-o", join(folder, module)];
    if (changes.length === 0) {
        await go(cwd, [...args, program.package]);
        return;
    }
    const copy = await mkdtemp(join(tmpdir(), `${module}-`));
    try {
        const published = await go(cwd, ["list", "-mod=readonly", "-f", "{{.Dir}}", program.package]);
        await copyChanged(published, changes, copy);
        await Promise.all(["go.mod", "go.sum"].map((file) => copyFile(join(cwd, file), join(copy, file))));
        await go(copy, [...args, "."]);
    } finally {
        await rm(copy, { recursive: true, force: true });
    }
}

/** Go cannot replace a single file of a downloaded module, so the whole package is built from a changed copy. */
async function copyChanged(published: string, changes: readonly SourceChange[], copy: string): Promise<void> {
    for (const name of (await readdir(published)).filter((each) => each.endsWith(".go"))) {
        let source = await readFile(join(published, name), "utf8");
        for (const { from, to } of changes.filter(({ file }) => file === name)) {
            const parts = source.split(from);
            if (parts.length !== 2) {
                throw new SandboxError(
                    `${join(published, name)} contains ${from} ${parts.length - 1} times, expected once`,
                );
            }
            source = parts.join(to);
        }
        await writeFile(join(copy, name), source);
    }
}

/** Runs `go` and returns its standard output. */
async function go(cwd: string, args: string[]): Promise<string> {
    // `sandbox -- exec npm run check` may need a build: the sandbox's proxy reaches no registry, the user's own may.
    const { SANDBOX_OUTSIDE_PROXY: outside } = process.env;
    const proxy = outside === undefined ? {} : { HTTPS_PROXY: outside, https_proxy: outside };
    const { stdout, stderr, exitCode, failed } = await execa("go", args, {
        cwd,
        env: { CGO_ENABLED: "0", ...proxy },
        stdin: "ignore",
        reject: false,
    });
    if (failed) {
        throw new SandboxError(
            `go ${args[0] ?? ""} of ${basename(cwd)} failed (exit ${exitCode ?? "?"}):\n${stderr.slice(-4000)}`,
        );
    }
    return stdout;
}
