import { parse } from "yaml";
import type { Job, Step, Workflow } from "../workflows";

/** A job that a fork must not run has one of these in its condition. */
const SAME_REPOSITORY = "github.event.pull_request.head.repo.full_name == github.repository";
const NOT_A_PULL_REQUEST = "github.event_name == 'schedule'";

/** Returns the problems of a workflow; none if it follows the rules. */
export function problemsIn(text: string): string[] {
    const { on, permissions, jobs } = parse(text) as Workflow;
    const steps = Object.values(jobs).flatMap((job) => job.steps);
    return [
        ...("pull_request_target" in on ? ["on pull_request_target"] : []),
        ...(JSON.stringify(permissions) === '{"contents":"read"}' ? [] : ["permissions at the top are not read-only"]),
        ...unpinned(text),
        ...interpolated(steps),
        ...steps.filter(keepsToken).map(() => "a checkout keeps the token"),
        ...Object.entries(jobs).flatMap(([name, job]) => ("pull_request" in on ? forkProblems(name, job) : [])),
        ...Object.entries(jobs).flatMap(([name, job]) => writeProblems(name, job)),
        ...Object.keys(jobs).flatMap((name) =>
            "timeout-minutes" in jobs[name]! ? [] : [`job ${name} has no timeout`],
        ),
    ];
}

/**
 * Returns actions that are not pinned to a full commit with the version as a comment. The project's own actions are in
 * the same commit and need no pin.
 */
export function unpinned(text: string): string[] {
    return text
        .split("\n")
        .filter((line) => /^\s*(- )?uses:/.test(line))
        .filter((line) => !/uses: (\.\/[^@]+|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/.test(line))
        .map((line) => `not pinned: ${line.trim()}`);
}

/** Returns scripts that use `${{ }}`: the inserted text would be executed as part of the script. */
export function interpolated(steps: readonly Step[]): string[] {
    const scripts = steps.flatMap(({ run, with: inputs }) => [run, inputs?.script]);
    return scripts
        .filter((script) => typeof script === "string" && script.includes("${{"))
        .map((script) => `text pasted into a script: ${String(script).trim()}`);
}

function keepsToken({ uses, with: inputs }: Step): boolean {
    return uses?.startsWith("actions/checkout@") === true && inputs?.["persist-credentials"] !== false;
}

function forkProblems(name: string, job: Job): string[] {
    const condition = job.if ?? "";
    const conjuncts = condition.split("&&").map((part) => part.trim());
    const guarded = conjuncts.includes(SAME_REPOSITORY) || conjuncts.includes(NOT_A_PULL_REQUEST);
    const has = [
        ...("id-token" in (job.permissions ?? {}) ? ["an identity"] : []),
        ...(job.environment === undefined ? [] : ["an environment"]),
        ...(/\bsecrets[.[)]/.test(JSON.stringify(job)) ? ["secrets"] : []),
        ...(Object.values(job.permissions ?? {}).includes("write") ? ["write permission"] : []),
    ];
    return guarded && !condition.includes("||") ? [] : has.map((what) => `job ${name} gives a fork ${what}`);
}

/** A job may write `id-token` and `pull-requests` only. A job that comments must not check out or run code. */
function writeProblems(name: string, { permissions = {}, steps }: Job): string[] {
    const written = Object.keys(permissions).filter((key) => permissions[key] === "write");
    const others = written.filter((key) => key !== "id-token" && key !== "pull-requests");
    const runsCode = steps.some(({ uses, run }) => run !== undefined || uses?.startsWith("actions/checkout@") === true);
    return [
        ...others.map((key) => `job ${name} may write ${key}`),
        ...(written.includes("pull-requests") && runsCode ? [`job ${name} may comment and runs code`] : []),
    ];
}
