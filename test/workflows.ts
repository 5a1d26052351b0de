import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectDir } from "../sandbox/paths";

export interface Step {
    readonly name?: string;
    readonly if?: string;
    readonly uses?: string;
    readonly run?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly with?: Readonly<Record<string, unknown>>;
}

export interface Job {
    readonly if?: string;
    readonly environment?: string;
    readonly permissions?: Readonly<Record<string, string>>;
    readonly steps: readonly Step[];
}

export interface Workflow {
    readonly on: Readonly<Record<string, unknown>>;
    readonly permissions?: unknown;
    readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(projectDir, ".github", "workflows");

/** The text of each of the project's workflows, by file name. */
export const workflowTexts: ReadonlyMap<string, string> = new Map(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]),
);

const actionText = (name: string): string =>
    readFileSync(join(projectDir, ".github", "actions", name, "action.yml"), "utf8");

/** The text of the composite action that logs in. Its steps run in the workflows' jobs. */
export const loginText = actionText("login");

/** The text of the composite action that installs the Pulumi CLI. */
export const pulumiText = actionText("pulumi");

/**
 * Parses a workflow.
 *
 * @param name the file's name
 */
export function workflow(name: string): Workflow {
    return parse(workflowTexts.get(name) ?? "") as Workflow;
}

/**
 * Returns the shell script of the only step of a workflow that matches.
 *
 * @throws if there is not exactly one
 */
export function scriptOf(name: string, matching: RegExp): string {
    const steps = Object.values(workflow(name).jobs).flatMap((job) => job.steps);
    const found = steps.flatMap(({ run }) => (run !== undefined && matching.test(run) ? run : []));
    if (found.length !== 1 || found[0] === undefined) {
        throw new Error(`${name} has ${found.length} steps that match ${String(matching)}, not one`);
    }
    return found[0];
}
