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
/** As actions/github-script runs it. */
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
            createComment: ({ body, ...place }: Call) => {
                assert.deepEqual(place, { owner: "acme", repo: "airflow", issue_number: 7 });
                comments.push({ id: comments.length + 1, user: { login: "github-actions[bot]" }, body });
            },
            updateComment: ({ body, ...place }: Call) => {
                assert.deepEqual(place, { owner: "acme", repo: "airflow", comment_id: place.comment_id });
                comments.find(({ id }) => id === place.comment_id)!.body = body;
            },
        };
        const paginate = (method: unknown, place: unknown) => {
            assert.equal(method, issues.listComments);
            assert.deepEqual(place, { owner: "acme", repo: "airflow", issue_number: 7 });
            return Promise.resolve([...comments]);
        };
        const context = { repo: { owner: "acme", repo: "airflow" }, payload: { pull_request: { number: 7 } } };
        const core = { warning: (text: string) => warnings.push(text) };
        await run({ rest: { issues }, paginate }, context, core, createRequire(__filename));
    }

    const bodies = () => comments.map(({ body }) => body);

    it("is one for each environment, and stays one when the next preview says something else", async () => {
        await summary("preview.prod.md", `${marker("prod")}\nfirst`);
        await summary("preview.staging.md", `${marker("staging")}\nsame`);
        await post();
        await summary("preview.prod.md", `${marker("prod")}\nsecond`);
        await post();
        assert.deepEqual(bodies(), [`${marker("prod")}\nsecond`, `${marker("staging")}\nsame`]);
    });

    it("leaves alone what somebody else wrote, were it with the same marker", async () => {
        const foreign = `${marker("prod")}\nmine`;
        comments.push({ id: 1, user: { login: "somebody" }, body: foreign });
        await summary("preview.prod.md", `${marker("prod")}\nours`);
        await post();
        assert.deepEqual(bodies(), [foreign, `${marker("prod")}\nours`]);
    });

    it("is not made of a file that is no summary, has another's marker, or is a link", async () => {
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

    it("is cut where GitHub would refuse it", async () => {
        await summary("preview.prod.md", `${marker("prod")}\n${"x".repeat(70_000)}`);
        await post();
        assert.ok(bodies()[0]!.length < 65_536);
        assert.match(bodies()[0]!, /the rest is in the run's log\.$/);
    });

    it("is not made when no preview left a summary", async () => {
        await rm(join(dir, "summaries"), { recursive: true });
        await post();
        assert.deepEqual([bodies(), warnings], [[], []]);
    });
});
