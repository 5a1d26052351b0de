import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileFunction } from "node:vm";
import { workflow } from "../workflows";

interface Comment {
    readonly id: number;
    readonly user: { readonly login: string };
    body: string;
}

type Call = Readonly<Record<string, unknown>> & { readonly body: string; readonly comment_id?: number };

const { script } = workflow("preview.yml").jobs.comment!.steps.find(({ with: inputs }) => inputs?.script)!.with!;
/** Runs the script as actions/github-script does. */
const run = compileFunction(`return (async () => {\n${script as string}\n})();`, [
    "github",
    "context",
    "core",
    "require",
]) as (...values: unknown[]) => Promise<void>;

const marker = (stack: string): string => `<!-- airflow-secrets-backends preview: ${stack} -->`;

describe("the comment with a preview's summary", () => {
    const cwd = process.cwd();
    let dir: string;
    let comments: Comment[];
    let warnings: string[];

    beforeEach(async () => {
        dir = await mkdtemp(join(tmpdir(), "comment-"));
        await mkdir(join(dir, "summaries"));
        process.chdir(dir);
        comments = [];
        warnings = [];
    });
    afterEach(async () => {
        process.chdir(cwd);
        await rm(dir, { recursive: true, force: true });
    });

    const summary = (name: string, text: string) => writeFile(join(dir, "summaries", name), text);

    async function post(): Promise<void> {
        const issues = {
            listComments: "listComments",
            createComment: ({ body, ...target }: Call) => {
                assert.deepEqual(target, { owner: "acme", repo: "airflow", issue_number: 7 });
                comments.push({ id: comments.length + 1, user: { login: "github-actions[bot]" }, body });
            },
            updateComment: ({ body, ...target }: Call) => {
                assert.deepEqual(target, { owner: "acme", repo: "airflow", comment_id: target.comment_id });
                comments.find(({ id }) => id === target.comment_id)!.body = body;
            },
        };
        const paginate = (method: unknown, target: unknown) => {
            assert.equal(method, issues.listComments);
            assert.deepEqual(target, { owner: "acme", repo: "airflow", issue_number: 7 });
            return Promise.resolve([...comments]);
        };
        const context = { repo: { owner: "acme", repo: "airflow" }, payload: { pull_request: { number: 7 } } };
        const core = { warning: (text: string) => warnings.push(text) };
        await run({ rest: { issues }, paginate }, context, core, createRequire(__filename));
    }

    const bodies = () => comments.map(({ body }) => body);

    it("is one per environment, and is updated by the next preview", async () => {
        await summary("preview.prod.md", `${marker("prod")}\nfirst`);
        await summary("preview.staging.md", `${marker("staging")}\nsame`);
        await post();
        await summary("preview.prod.md", `${marker("prod")}\nsecond`);
        await post();
        assert.deepEqual(bodies(), [`${marker("prod")}\nsecond`, `${marker("staging")}\nsame`]);
    });

    it("does not change a comment of another user, even with the same marker", async () => {
        const other = `${marker("prod")}\nmine`;
        comments.push({ id: 1, user: { login: "somebody" }, body: other });
        await summary("preview.prod.md", `${marker("prod")}\nown`);
        await post();
        assert.deepEqual(bodies(), [other, `${marker("prod")}\nown`]);
    });

    it("is not created from a file that is not a summary, has the wrong marker or is a symbolic link", async () => {
        await summary("preview.prod.md", `${marker("staging")}\nwrong`);
        await summary("preview.$(id).md", `${marker("$(id)")}\nwrong`);
        await summary("other.md", "wrong");
        await summary("undefined.md", `${marker("undefined")}\nwrong`);
        await writeFile(join(dir, "outside"), `${marker("link")}\nwrong`);
        await symlink(join(dir, "outside"), join(dir, "summaries", "preview.link.md"));
        await post();
        assert.deepEqual(bodies(), []);
        assert.equal(warnings.length, 4);
    });

    it("is truncated if GitHub would refuse it", async () => {
        await summary("preview.prod.md", `${marker("prod")}\n${"x".repeat(70_000)}`);
        await post();
        assert.ok(bodies()[0]!.length < 65_536);
        assert.match(bodies()[0]!, /the rest is in the run's log\.$/);
    });

    it("is not created if no preview wrote a summary", async () => {
        await rm(join(dir, "summaries"), { recursive: true });
        await post();
        assert.deepEqual([bodies(), warnings], [[], []]);
    });
});
