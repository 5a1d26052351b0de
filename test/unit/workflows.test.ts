import assert from "node:assert/strict";
import { parse } from "yaml";
import { loginText, workflow, workflowTexts, type Step } from "../workflows";
import { interpolated, problemsIn, unpinned } from "./workflowRules";

describe("the workflows", () => {
    it("are the five that docs/workflows.md describes", () => {
        const files = ["drift.yml", "preview.yml", "rotate.yml", "teardown.yml", "test.yml"];
        assert.deepEqual([...workflowTexts.keys()].sort(), files);
    });

    for (const [name, text] of workflowTexts) {
        it(`follow the security rules: ${name}`, () => {
            assert.deepEqual(problemsIn(text), []);
        });
    }

    it("log in with pinned actions, and without text inserted into scripts", () => {
        const { runs } = parse(loginText) as { runs: { steps: Step[] } };
        assert.deepEqual([...unpinned(loginText), ...interpolated(runs.steps)], []);
    });

    it("run formatter, linter, types and actionlint in a job without a login, and the tests", () => {
        const checks = [...workflowTexts.keys()].flatMap((name) =>
            Object.values(workflow(name).jobs).filter(({ steps }) => steps.some(({ run }) => run === "npm run check")),
        );
        const [check, ...others] = checks;
        assert.deepEqual(others, []);
        assert.deepEqual([check?.environment, check?.permissions], [undefined, undefined]);
        assert.doesNotMatch(JSON.stringify(check), /secrets\./);
    });

    it("tear down with the default branch's code only, when a pull request is closed", () => {
        const { on, jobs } = workflow("teardown.yml");
        assert.deepEqual(Object.keys(on), ["schedule", "pull_request_target"]);
        assert.match(jobs.closed!.if!, /^github\.event_name == 'pull_request_target' &&/);
        assert.equal(jobs.closed!.steps[0]!.with?.ref, "${{ github.event.repository.default_branch }}");
    });

    /** Each case adds one problem to a valid workflow. */
    const preview = workflowTexts.get("preview.yml")!;
    const teardown = workflowTexts.get("teardown.yml")!;
    const guard = "github.event.pull_request.head.repo.full_name == github.repository";
    const cases: Record<string, [from: string | RegExp, to: string, problem: RegExp]> = {
        "a trigger that gives a branch the logins": [
            "pull_request:\n",
            "pull_request_target:\n",
            /on pull_request_target, not only when closed; job .* checks out another branch than the default one/,
        ],
        "write permission for every job": ["contents: read\n", "contents: write\n", /permissions at the top/],
        "an action pinned by tag": [/@[0-9a-f]{40} # v7\.0\.1/, "@v7", /not pinned: - uses: actions\/checkout@v7/],
        "a commit without its version": [/ # v7\.0\.1/, "", /not pinned: - uses: actions\/checkout/],
        "text pasted into a command": [
            '--stack "$STACK"',
            "--stack ${{ matrix.stack }}",
            /pasted into a script: npm run/,
        ],
        "text pasted into a script": ["${stack} -->", "${{ github.head_ref }} -->", /pasted into a script: const/],
        "a token left in the checkout": ["persist-credentials: false", "persist-credentials: true", /keeps the token/],
        "a preview open to forks": [
            `      ${guard} &&\n      needs.environments`,
            "      needs.environments",
            /preview gives a fork an identity; job preview gives a fork an environment; job preview gives a fork secrets/,
        ],
        "a condition that another one disables": [
            `${guard} &&\n      needs.environments`,
            `${guard} || needs.environments`,
            /preview gives a fork an identity/,
        ],
        "a comment open to forks": [
            `${guard} &&\n      !cancelled()`,
            "!cancelled()",
            /comment gives a fork write permission/,
        ],
        "code in the job that comments": [
            "- uses: actions/download-artifact",
            "- run: npm ci\n      - uses: actions/download-artifact",
            /job comment may comment and runs code/,
        ],
        "a job without timeout": ["    timeout-minutes: 30\n", "", /job preview has no timeout/],
        "a permission that no job needs": ["pull-requests: write", "contents: write", /job comment may write contents/],
    };
    for (const [what, [from, to, problem]] of Object.entries(cases)) {
        it(`are refused with ${what}`, () => {
            const wrong = preview.replace(from, to);
            assert.notEqual(wrong, preview, "the text was replaced");
            assert.match(problemsIn(wrong).join("; "), problem);
        });
    }

    const branch = "ref: ${{ github.event.repository.default_branch }}";
    const number = "NUMBER: ${{ github.event.pull_request.number }}";
    const teardownCases: Record<string, [from: string, to: string, problem: RegExp]> = {
        "other types of pull_request_target": ["[closed]", "[closed, opened]", /not only when closed/],
        "the code of the branch": [
            branch,
            "ref: ${{ github.event.pull_request.head.sha }}",
            /job closed checks out another/,
        ],
        "the code of the base": [
            branch,
            "ref: ${{ github.event.pull_request.base.ref }}",
            /job closed checks out another/,
        ],
        "the code of whatever the event says": [`          ${branch}\n`, "", /job closed checks out another/],
        "text that the author can choose": [
            number,
            "NUMBER: ${{ github.event.pull_request.title }}",
            /job closed uses what the pull request's author can choose/,
        ],
        "the branch's name": [
            number,
            "NUMBER: ${{ github.head_ref }}",
            /job closed uses what the pull request's author/,
        ],
        "a teardown open to forks": [`${guard}\n`, "github.actor != ''\n", /job closed gives a fork an identity/],
        "checks beside a login": [
            "- run: npm run teardown -- --expired",
            "- run: npm run check\n      - run: npm run teardown -- --expired",
            /job expired has a login and runs npm run check/,
        ],
        "tools of the tests beside a login": [
            "npm ci --omit=dev --workspaces=false",
            "npm ci",
            /job expired has a login and runs npm ci --loglevel=error/,
        ],
    };
    for (const [what, [from, to, problem]] of Object.entries(teardownCases)) {
        it(`are refused with ${what}`, () => {
            assert.ok(teardown.includes(from), "the text is replaced");
            assert.match(problemsIn(teardown.replace(from, () => to)).join("; "), problem);
        });
    }
});
