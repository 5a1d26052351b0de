import assert from "node:assert/strict";
import { parse } from "yaml";
import { pins } from "../../sandbox/tools/versions";
import { loginText, workflowTexts, type Step } from "../workflows";
import { interpolated, problemsIn, unpinned } from "./workflowRules";

function pulumiVersions(steps: readonly Step[]) {
    return steps.filter(({ uses }) => uses?.startsWith("pulumi/actions@")).map((step) => step.with?.["pulumi-version"]);
}

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

    it("log in with pinned actions, without text inserted into scripts, and with the sandbox's Pulumi version", () => {
        const { runs } = parse(loginText) as { runs: { steps: Step[] } };
        assert.deepEqual([...unpinned(loginText), ...interpolated(runs.steps)], []);
        assert.deepEqual(pulumiVersions(runs.steps), [pins.pulumi.version]);
    });

    it("test the official plugins with the sandbox's Pulumi version", () => {
        const { jobs } = parse(workflowTexts.get("test.yml")!) as { jobs: Record<string, { steps: Step[] }> };
        assert.deepEqual(pulumiVersions(jobs["official-plugins"]!.steps), [pins.pulumi.version]);
    });

    /** Each case adds one problem to a valid workflow. */
    const preview = workflowTexts.get("preview.yml")!;
    const guard = "github.event.pull_request.head.repo.full_name == github.repository";
    const cases: Record<string, [from: string | RegExp, to: string, problem: RegExp]> = {
        "a trigger that gives forks secrets": ["pull_request:\n", "pull_request_target:\n", /on pull_request_target/],
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
});
