import { parse } from "yaml";
import type { Job, Step, Workflow } from "../workflows";

/** A job that a fork must not run has one of these in its condition. */
const SAME_REPOSITORY = "github.event.pull_request.head.repo.full_name == github.repository";
const NOT_A_PULL_REQUEST = "github.event_name == 'schedule'";

const DEFAULT_BRANCH = "${{ github.event.repository.default_branch }}";
/** What a pull request says of itself, except for its number. */
const CHOSEN = /github\.(head_ref|event(?!_name|\.pull_request\.number\b|\.repository\.default_branch\b))/;
const INSTALL = "npm ci --omit=dev --workspaces=false --loglevel=error";
const OTHER_COMMAND = /\bnpx\b|\bnpm (?!run (preview|rotate|status|teardown) )/;
const COMMAND = /^(code=0\n(text="\$\()?)?(pulumi refresh|npm run (preview|rotate|status|teardown)) -/;

/** Returns the problems of a workflow; none if it follows the rules. */
export function problemsIn(text: string): string[] {
    const { on, permissions, jobs } = parse(text) as Workflow;
    const steps = Object.values(jobs).flatMap((job) => job.steps);
    return [
        ...("pull_request_target" in on ? targetProblems(on.pull_request_target, jobs) : []),
        ...(JSON.stringify(permissions) === '{"contents":"read"}' ? [] : ["permissions at the top are not read-only"]),
        ...unpinned(text),
        ...interpolated(steps),
        ...steps.filter(keepsToken).map(() => "a checkout keeps the token"),
        ...Object.entries(jobs).flatMap(([name, job]) =>
            "pull_request" in on || "pull_request_target" in on ? forkProblems(name, job) : [],
        ),
        ...Object.entries(jobs).flatMap(([name, job]) => loginProblems(name, job)),
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

/**
 * On `pull_request_target`, a job has the logins of the default branch. So it may run when a pull request is closed only,
 * with the default branch's code, and may know nothing of the pull request that somebody can choose.
 */
function targetProblems(trigger: unknown, jobs: Workflow["jobs"]): string[] {
    const steps = Object.entries(jobs)
        .filter(([, job]) => job.if !== NOT_A_PULL_REQUEST)
        .flatMap(([name, job]) => job.steps.map((step) => ({ name, step })));
    return [
        ...(JSON.stringify(trigger) === '{"types":["closed"]}' ? [] : ["on pull_request_target, not only when closed"]),
        ...steps
            .filter(({ step }) => step.uses?.startsWith("actions/checkout@") && step.with?.ref !== DEFAULT_BRANCH)
            .map(({ name }) => `job ${name} checks out another branch than the default one`),
        ...steps
            .filter(({ step }) => CHOSEN.test(JSON.stringify(step)))
            .map(({ name }) => `job ${name} uses what the pull request's author can choose`),
    ];
}

/** A job with a login runs a command of this project or of Pulumi, and installs only what that needs. */
function loginProblems(name: string, { environment, permissions = {}, steps }: Job): string[] {
    const scripts = steps.flatMap(({ run = [] }) => run);
    return environment === undefined && !("id-token" in permissions)
        ? []
        : scripts
              .filter((script) => script !== INSTALL && (!COMMAND.test(script) || OTHER_COMMAND.test(script)))
              .map((script) => `job ${name} has a login and runs ${script.trim()}`);
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
