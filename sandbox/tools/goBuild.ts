import { join } from "node:path";
import { execa } from "execa";
import { projectDir } from "../paths";
import { SandboxError } from "../progress";

export interface GoProgram {
    /** Folder below `sandbox/tools/go` whose go.mod and go.sum pin the sources; also the name of the binary. */
    readonly module: string;
    /** The package to build. */
    readonly package: string;
    /** A string variable to set, `path.Name=value`: by it a program knows its own version. */
    readonly set?: string;
}

/** Builds a Go program from the registry's modules into `folder`. */
export async function goBuild(program: GoProgram, folder: string): Promise<void> {
    const ldflags = ["-s", "-w", ...(program.set === undefined ? [] : ["-X", program.set])].join(" ");
    const out = join(folder, program.module);
    await go(program.module, ["build", "-mod=readonly", "-trimpath", "-ldflags", ldflags, "-o", out, program.package]);
}

async function go(module: string, args: string[]): Promise<void> {
    const cwd = join(projectDir, "sandbox", "tools", "go", module);
    const { stderr, exitCode, failed } = await execa("go", args, {
        cwd,
        env: { CGO_ENABLED: "0" },
        stdin: "ignore",
        reject: false,
    });
    if (failed) {
        throw new SandboxError(
            `go ${args[0] ?? ""} of ${module} failed (exit ${exitCode ?? "?"}):\n${stderr.slice(-4000)}`,
        );
    }
}
