import assert from "node:assert/strict";
import { join } from "node:path";
import { execa } from "execa";
import { projectDir } from "../../sandbox/paths";
import type { Harness } from "./harness";

/** A credential that a service holds and no state does. */
export interface Orphan {
    readonly deployment: string;
    readonly credential: string;
    readonly isBeingCreated: boolean;
    readonly isRemoved: boolean;
    readonly reason: string | null;
}

/** The fields of the command's JSON that are tested. */
export interface StatusReport {
    readonly deployments: readonly {
        readonly name: string;
        readonly credential: { readonly identity: string; readonly generation: number; readonly ends: string | null };
        readonly nextRotation: string;
        readonly retiring: readonly { readonly generation: number }[];
        readonly problems: readonly string[];
        readonly warnings: readonly string[];
    }[];
    readonly orphans: readonly Orphan[];
    readonly unchecked: readonly { readonly deployment: string; readonly reason: string }[];
}

/** Runs `npm run status -- --stack dev --json` in a process of its own. */
export async function runStatus(
    harness: Harness,
    { env = {}, removeOrphans = false }: { env?: Record<string, string> | undefined; removeOrphans?: boolean } = {},
): Promise<{ readonly code: number | undefined; readonly found: StatusReport; readonly stderr: string }> {
    const require = ["--require", join(projectDir, "scripts", "typescript.cjs")];
    const script = join(projectDir, "test", "sandbox", "statusRun.ts");
    const args = [...require, script, String(removeOrphans), "--config-file", harness.configFile];
    const { exitCode, stdout, stderr } = await execa(process.execPath, args, {
        cwd: projectDir,
        // In CI, machines share host names, so only an old lock would be broken.
        env: { ...harness.sandbox.env, CI: "", ...env },
        reject: false,
        stdin: "ignore",
    });
    const found = stdout === "" ? undefined : (JSON.parse(stdout) as StatusReport);
    assert.ok(found !== undefined, stderr);
    return { code: exitCode, found, stderr };
}

/** Removes every credential that no state holds. */
export async function removeOrphans(harness: Harness): Promise<void> {
    const { found, stderr } = await runStatus(harness, { removeOrphans: true });
    const report = `${stderr}${JSON.stringify(found, undefined, 2)}`;
    assert.ok(found.orphans.length > 0, report);
    assert.ok(
        found.orphans.every(({ isRemoved }) => isRemoved),
        report,
    );
}
