import { rm } from "node:fs/promises";
import { pulumiOrThrow } from "../scripts/pulumi";
import { run } from "./commands";
import { cacheDir, stateDir } from "./paths";
import type { PluginMode } from "./plugins/mode";
import { log, SandboxError, step } from "./progress";
import { openSandbox, type Sandbox } from "./sandbox";
import { signingKeyIn } from "./services/kubernetes";
import { STACK } from "./stackFile";
import { install, type Installed } from "./tools/installed";
import { dagRuns } from "./verify/airflowRun";
import { printTable } from "./verify/table";
import { verify, type Report, type StackDeployments } from "./verify/verify";

/** A subcommand. Returns the exit code. */
export type Verb = (sandbox: Sandbox, installed: Installed) => Promise<number>;

/** Installs missing tools, starts the services, runs the verb, and stops the services in any case. */
export async function withSandbox(
    verb: Verb,
    plugins: PluginMode,
    onOpen: (sandbox: Sandbox) => void,
): Promise<number> {
    const installed = await install();
    const sandbox = await openSandbox(installed, { plugins });
    onOpen(sandbox);
    try {
        await pulumiOrThrow(["stack", "select", "--create", STACK], { env: sandbox.env });
        return await verb(sandbox, installed);
    } finally {
        await step("stopping the services", () => sandbox.close());
    }
}

/** Runs `pulumi up`, then verifies that a real Airflow can read the secrets. */
export const up: Verb = async (sandbox, installed) => {
    const code = await pulumi(sandbox, "up", "--yes", "--skip-preview", "--suppress-outputs");
    return code === 0 ? verifyWith({ json: false })(sandbox, installed) : code;
};

export function verifyWith({ json }: { json: boolean }): Verb {
    return async (sandbox, installed) => {
        const report = await step("verifying with a real Airflow", () => verifyStack(sandbox, installed));
        if (json) {
            process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
        } else {
            printTable(report);
        }
        return report.deployments.every(({ checks }) => checks.every(({ ok }) => ok)) ? 0 : 1;
    };
}

async function verifyStack(sandbox: Sandbox, installed: Installed): Promise<Report> {
    const deployments = await stackOutput(sandbox);
    const { edge, kubeconfig: kubeconfigPath, stateDir } = sandbox;
    const airflow = dagRuns({ python: installed.airflow, edge, stateDir, log });
    const signingKeyPath = signingKeyIn(stateDir);
    return verify({ deployments, kubeconfigPath, signingKeyPath, airflow, edge });
}

export function exec(command: readonly [string, ...string[]]): Verb {
    return ({ env, setForeground }) => run(command, { env, setForeground, interactive: true });
}

export const destroy: Verb = (sandbox) =>
    pulumi(sandbox, "destroy", "--refresh", "--yes", "--skip-preview", "--suppress-outputs");

/** Deletes the services' state. Built tools are kept: other clones use them. */
export async function clean(): Promise<void> {
    await rm(stateDir(), { recursive: true, force: true });
    log(
        `deleted ${stateDir()}. Built tools are kept in ${cacheDir()} for all clones: delete that folder to build them again`,
    );
}

function pulumi({ env, setForeground }: Sandbox, verb: string, ...args: string[]): Promise<number> {
    const command = ["pulumi", verb, "--stack", STACK, "--non-interactive", ...args] as const;
    return run(command, { env, setForeground, interactive: false });
}

async function stackOutput({ env }: Sandbox): Promise<StackDeployments> {
    const stdout = await pulumiOrThrow(["stack", "output", "--json", "--stack", STACK], { env });
    const { deployments } = JSON.parse(stdout) as { deployments?: StackDeployments };
    if (deployments === undefined || Object.keys(deployments).length === 0) {
        throw new SandboxError(`stack ${STACK} has no Deployments to verify. Create them first: npm run sandbox`);
    }
    return deployments;
}
