import { rm } from "node:fs/promises";
import { succeed } from "../scripts/pulumi";
import { run } from "./commands";
import { cacheDir, stateDir } from "./paths";
import type { PluginMode } from "./plugins/mode";
import { log, SandboxError, step } from "./progress";
import { openSandbox, type Sandbox } from "./sandbox";
import { STACK } from "./stackFile";
import { install, type Installed } from "./tools/installed";
import { dagRuns } from "./verify/airflowRun";
import { printTable } from "./verify/table";
import { verify, type Report, type StackDeployments } from "./verify/verify";

/** Each verb gives the exit code of its command. */
export type Verb = (sandbox: Sandbox, installed: Installed) => Promise<number>;

/** Installs what is missing, starts the services, does the verb's work, and stops the services whatever happens. */
export async function withSandbox(
    verb: Verb,
    plugins: PluginMode,
    onOpen: (sandbox: Sandbox) => void,
): Promise<number> {
    const installed = await install();
    const sandbox = await openSandbox(installed, { plugins });
    onOpen(sandbox);
    try {
        await succeed(["stack", "select", "--create", STACK], { env: sandbox.env });
        return await verb(sandbox, installed);
    } finally {
        await step("stopping the services", () => sandbox.close());
    }
}

/** The main job: `pulumi up`, then a real Airflow reads the secrets. */
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
    return verify({ deployments, kubeconfigPath, airflow, edge });
}

export function exec(command: readonly [string, ...string[]]): Verb {
    return ({ env, adopt }) => run(command, { env, adopt, interactive: true });
}

export const destroy: Verb = (sandbox) => pulumi(sandbox, "destroy", "--refresh", "--yes", "--skip-preview");

/** Forgets everything that the services kept. Built tools stay, other clones use them. */
export async function clean(): Promise<void> {
    await rm(stateDir(), { recursive: true, force: true });
    log(
        `removed ${stateDir()}. Built tools are kept for all clones in ${cacheDir()}: remove that folder to build them again`,
    );
}

function pulumi({ env, adopt }: Sandbox, verb: string, ...args: string[]): Promise<number> {
    const command = ["pulumi", verb, "--stack", STACK, "--non-interactive", ...args] as const;
    return run(command, { env, adopt, interactive: false });
}

async function stackOutput({ env }: Sandbox): Promise<StackDeployments> {
    const stdout = await succeed(["stack", "output", "--json", "--stack", STACK], { env });
    const { deployments } = JSON.parse(stdout) as { deployments?: StackDeployments };
    if (deployments === undefined || Object.keys(deployments).length === 0) {
        throw new SandboxError(`stack ${STACK} has no Deployments to verify. Bring it up first: npm run sandbox`);
    }
    return deployments;
}
