import { parse } from "yaml";
import type { Job, Step, Workflow } from "../workflows";

/** What has to be in the condition of a job that a fork must not reach. */
const SAME_REPOSITORY = "github.event.pull_request.head.repo.full_name == github.repository";
const NOT_A_PULL_REQUEST = "github.event_name == 'schedule'";

/** What is wrong with a workflow; nothing is printed that it may do. */
export function mistakesIn(text: string): string[] {
    const { on, permissions, jobs } = parse(text) as Workflow;
    const steps = Object.values(jobs).flatMap((job) => job.steps);
    return [
        ...("pull_request_target" in on ? ["on pull_request_target"] : []),
        ...(JSON.stringify(permissions) === '{"contents":"read"}' ? [] : ["permissions at the top are not read-only"]),
        ...unpinned(text),
        ...interpolated(steps),
        ...steps.filter(keepsToken).map(() => "a checkout keeps the token"),
        ...Object.entries(jobs).flatMap(([name, job]) => ("pull_request" in on ? openToForks(name, job) : [])),
        ...Object.entries(jobs).flatMap(([name, job]) => writes(name, job)),
        ...Object.keys(jobs).flatMap((name) =>
            "timeout-minutes" in jobs[name]! ? [] : [`job ${name} has no timeout`],
        ),
    ];
}

/** Actions without a full commit and the version beside it; the project's own are in the same commit. */
export function unpinned(text: string): string[] {
    return text
        .split("\n")
        .filter((line) => /^\s*(- )?uses:/.test(line))
        .filter((line) => !/uses: (\.\/[^@]+|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/.test(line))
        .map((line) => `not pinned: ${line.trim()}`);
}

/** Scripts into which text is pasted: it would be run as part of them. */
export function interpolated(steps: readonly Step[]): string[] {
    const scripts = steps.flatMap(({ run, with: inputs }) => [run, inputs?.script]);
    return scripts
        .filter((script) => typeof script === "string" && script.includes("${{"))
        .map((script) => `text pasted into a script: ${String(script).trim()}`);
}

function keepsToken({ uses, with: inputs }: Step): boolean {
    return uses?.startsWith("actions/checkout@") === true && inputs?.["persist-credentials"] !== false;
}

function openToForks(name: string, job: Job): string[] {
    const condition = job.if ?? "";
    const conjuncts = condition.split("&&").map((part) => part.trim());
    const guarded = conjuncts.includes(SAME_REPOSITORY) || conjuncts.includes(NOT_A_PULL_REQUEST);
    const has = [
        ...("id-token" in (job.permissions ?? {}) ? ["an identity"] : []),
        ...(job.environment === undefined ? [] : ["an environment"]),
        ...(/\bsecrets[.[)]/.test(JSON.stringify(job)) ? ["secrets"] : []),
        ...(Object.values(job.permissions ?? {}).includes("write") ? ["a right to write"] : []),
    ];
    return guarded && !condition.includes("||") ? [] : has.map((what) => `job ${name} gives a fork ${what}`);
}

/** A job may write to one thing at most, and comments are written by one that checks nothing out. */
function writes(name: string, { permissions = {}, steps }: Job): string[] {
    const written = Object.keys(permissions).filter((key) => permissions[key] === "write");
    const others = written.filter((key) => key !== "id-token" && key !== "pull-requests");
    const runsCode = steps.some(({ uses, run }) => run !== undefined || uses?.startsWith("actions/checkout@") === true);
    return [
        ...others.map((key) => `job ${name} may write ${key}`),
        ...(written.includes("pull-requests") && runsCode ? [`job ${name} may comment and runs code`] : []),
    ];
}
