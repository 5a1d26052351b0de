import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { projectDir } from "../../sandbox/paths";
import { scriptOf, workflow, workflowTexts } from "../workflows";
import { Harness, type Result } from "./harness";

const SOLAR = "solar-dust-1234";
const LUNAR = "lunar-tide-5678";

describe("the workflows' commands", function () {
    this.timeout(900_000);
    this.slow(120_000);
    let dir: string;

    before(async () => {
        dir = await mkdtemp(join(tmpdir(), "workflows-"));
    });
    after(() => rm(dir, { recursive: true, force: true }));

    /** Runs a step's script as GitHub's runner does, which has files of its own for what a step says. */
    async function step(
        script: string,
        { env, cwd = projectDir }: { env: Record<string, string>; cwd?: string },
    ): Promise<Result & { readonly summary: string; readonly output: string }> {
        const files = { GITHUB_STEP_SUMMARY: join(dir, "summary"), GITHUB_OUTPUT: join(dir, "output") };
        await Promise.all(Object.values(files).map((file) => writeFile(file, "")));
        const { exitCode, stdout, all } = await execa("bash", ["-e", "-c", script], {
            cwd,
            env: { ...env, ...files },
            reject: false,
            stdin: "ignore",
            all: true,
        });
        const [summary, output] = await Promise.all(Object.values(files).map((file) => readFile(file, "utf8")));
        return { code: exitCode ?? -1, stdout, all, summary: summary ?? "", output: output ?? "" };
    }

    it("are scripts of package.json where they are npm's", async () => {
        const manifest = await readFile(join(projectDir, "package.json"), "utf8");
        const { scripts } = JSON.parse(manifest) as { scripts: Record<string, string> };
        const texts = [...workflowTexts.keys()].flatMap((name) =>
            Object.values(workflow(name).jobs).flatMap((job) => job.steps.map(({ run }) => run ?? "")),
        );
        const called = texts.flatMap((text) => [...text.matchAll(/npm (?:run )?([a-z]+)/g)].map(([, name]) => name!));
        assert.deepEqual([...new Set(called)].sort(), ["check", "ci", "preview", "sandbox", "teardown", "test"]);
        assert.deepEqual(
            called.filter((name) => name !== "ci" && !(name in scripts)),
            [],
        );
    });

    describe("npm run check", () => {
        const lint = (...files: string[]) =>
            execa("node", ["scripts/start.mjs", "sandbox/tools/actionlint.ts", ...files], {
                cwd: projectDir,
                reject: false,
                stdin: "ignore",
            });

        it("reads the workflows with actionlint, which finds nothing", async () => {
            const manifest = await readFile(join(projectDir, "package.json"), "utf8");
            const { scripts } = JSON.parse(manifest) as { scripts: { check: string } };
            assert.match(scripts.check, /&& node scripts\/start\.mjs sandbox\/tools\/actionlint\.ts$/);
            const { exitCode, stdout } = await lint();
            assert.equal(exitCode, 0, stdout);
        });

        it("fails on a workflow with a mistake in it", async () => {
            const text = workflowTexts.get("drift.yml")!.replace("steps.find.outputs", "steps.fnid.outputs");
            await writeFile(join(dir, "broken.yml"), text);
            const { exitCode, stdout } = await lint(join(dir, "broken.yml"));
            assert.equal(exitCode, 1, stdout);
            assert.match(stdout, /property "fnid" is not defined/);
        });
    });

    describe("that find the environments", () => {
        let repository: string;

        before(async () => {
            repository = join(dir, "repository");
            await mkdir(repository);
            for (const folder of ["scripts", "config"]) {
                await cp(join(projectDir, folder), join(repository, folder), { recursive: true });
            }
            for (const file of ["package.json", "package-lock.json", "tsconfig.json"]) {
                await cp(join(projectDir, file), join(repository, file));
            }
            await symlink(join(projectDir, "node_modules"), join(repository, "node_modules"));
            await git("init", "--quiet");
            await commit("Pulumi.dev.yaml", "Pulumi.prod.yaml", "Pulumi.staging.yaml", "index.ts");
        });

        const git = (...args: string[]) =>
            execa("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], { cwd: repository });

        async function commit(...files: string[]): Promise<void> {
            await Promise.all(files.map((file) => writeFile(join(repository, file), `# ${Math.random()}\n`)));
            await git("add", ...files);
            await git("commit", "--quiet", "--message", "change");
        }

        it("give all of them to the look for drift", async () => {
            const { all, output } = await step(scriptOf("drift.yml", /environments\.ts/), { env: {}, cwd: repository });
            assert.equal(output, 'stacks=["prod","staging"]\n', all);
        });

        it("give those that a pull request touches to the preview, and fail when they cannot tell", async () => {
            const script = scriptOf("preview.yml", /environments\.ts/);
            const stacks = async () => (await step(script, { env: {}, cwd: repository })).output;
            assert.notEqual((await step(script, { env: {}, cwd: repository })).code, 0, "there is no HEAD^1");
            await commit("Pulumi.staging.yaml");
            assert.equal(await stacks(), 'stacks=["staging"]\n');
            await commit("README.md");
            assert.equal(await stacks(), "stacks=[]\n");
            await commit("index.ts");
            assert.equal(await stacks(), 'stacks=["prod","staging"]\n');
        });
    });

    describe("on a stack that is up", () => {
        const drift = scriptOf("drift.yml", /pulumi refresh/);
        let harness: Harness;

        before(async () => {
            harness = await Harness.open(SOLAR, LUNAR);
            await harness.up();
        });
        after(() => harness.close());

        const look = (STACK: string) => step(drift, { env: { ...harness.sandbox.env, STACK } });

        it("see no drift when there is none", async () => {
            const { code, all, summary } = await look("dev");
            assert.equal(code, 0, all);
            assert.equal(summary, "`dev`: no drift\n");
        });

        it("tell of drift by Pulumi's own exit code, and change nothing", async () => {
            await harness.vault("DELETE", `sys/policies/acl/airflow.dev.${SOLAR}`);
            const before = await harness.state();
            const { code, all, summary } = await look("dev");
            assert.equal(code, 7, all);
            assert.match(summary, /^`dev`: \*\*drift\*\*: what is there is not what the state says/);
            assert.equal((await harness.state()).text, before.text);
            assert.equal((await harness.vaultList("sys/policies/acl")).includes(`airflow.dev.${SOLAR}`), false);
        });

        it("tell drift from a failure to look", async () => {
            const { code, summary } = await look("nowhere");
            assert.ok(code !== 0 && code !== 7, String(code));
            assert.match(summary, new RegExp(`^\`nowhere\`: \\*\\*not looked at\\*\\*: .* exit code ${code}\\.`));
        });

        it("tear nothing down for a pull request that has no stack, nor where none has expired", async () => {
            const one = await step(scriptOf("teardown.yml", /pr-/), { env: { ...harness.sandbox.env, NUMBER: "5" } });
            assert.equal(one.code, 0, one.all);
            assert.match(one.all, /pr-5/);
            const expired = await step(scriptOf("teardown.yml", /--expired/), { env: harness.sandbox.env });
            assert.equal(expired.code, 0, expired.all);
            const { resources } = await harness.state();
            assert.notDeepEqual(resources, [], "stack dev does not expire");
        });
    });

    it("preview a fork's change in the sandbox, with the marker by which a comment is found", async () => {
        const env = { SANDBOX_STATE_DIR: join(dir, "fork") };
        const { code, all, summary } = await step(scriptOf("preview.yml", /npm run sandbox/), { env });
        const file = join(projectDir, "preview.dev.md");
        try {
            assert.equal(code, 0, all);
            const text = await readFile(file, "utf8");
            assert.equal(text.split("\n")[0], "<!-- airflow-secrets-backends preview: dev -->");
            assert.ok(summary.includes(text.trim()), summary);
        } finally {
            await rm(file, { force: true });
        }
    });
});
