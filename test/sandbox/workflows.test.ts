import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { projectDir } from "../../sandbox/paths";
import { scriptOf, workflow, workflowTexts } from "../workflows";
import { Harness, type Result } from "./harness";
import { identityName } from "./identityName";

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

    /** Runs a step's script as GitHub's runner does, with files for the step's summary and outputs. */
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

    it("call only npm scripts of package.json", async () => {
        const manifest = await readFile(join(projectDir, "package.json"), "utf8");
        const { scripts } = JSON.parse(manifest) as { scripts: Record<string, string> };
        const texts = [...workflowTexts.keys()].flatMap((name) =>
            Object.values(workflow(name).jobs).flatMap((job) => job.steps.map(({ run }) => run ?? "")),
        );
        const called = texts.flatMap((text) => [...text.matchAll(/npm (?:run )?([a-z]+)/g)].map(([, name]) => name!));
        assert.deepEqual([...new Set(called)].sort(), [
            "check",
            "ci",
            "preview",
            "rotate",
            "sandbox",
            "status",
            "teardown",
            "test",
        ]);
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

        it("runs actionlint on the workflows, without findings", async () => {
            const manifest = await readFile(join(projectDir, "package.json"), "utf8");
            const { scripts } = JSON.parse(manifest) as { scripts: { check: string } };
            assert.match(scripts.check, /&& node scripts\/start\.mjs sandbox\/tools\/actionlint\.ts$/);
            const { exitCode, stdout } = await lint();
            assert.equal(exitCode, 0, stdout);
        });

        it("fails on a workflow with an error", async () => {
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
            for (const folder of ["scripts", "stack"]) {
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

        it("pass all environments to the drift check", async () => {
            const { all, output } = await step(scriptOf("drift.yml", /environments\.ts/), { env: {}, cwd: repository });
            assert.equal(output, 'stacks=["prod","staging"]\n', all);
        });

        it("pass the environments that a pull request changes to the preview, or fail if unknown", async () => {
            const script = scriptOf("preview.yml", /stacks=.*environments\.ts/);
            const stacks = async () => (await step(script, { env: {}, cwd: repository })).output;
            assert.notEqual((await step(script, { env: {}, cwd: repository })).code, 0, "there is no HEAD^1");
            await commit("Pulumi.staging.yaml");
            assert.equal(await stacks(), 'stacks=["staging"]\n');
            await commit("README.md");
            assert.equal(await stacks(), "stacks=[]\n");
            await commit("index.ts");
            assert.equal(await stacks(), 'stacks=["prod","staging"]\n');
        });

        it("fail, and preview all the same, if a pull request gives an environment expires", async () => {
            const lasting = () => step(scriptOf("preview.yml", /--lasting/), { env: {}, cwd: repository });
            assert.equal((await lasting()).code, 0);
            const text = 'config:\n  airflow-secrets-backends:expires: "2026-12-01T18:00:00Z"\n';
            await writeFile(join(repository, "Pulumi.prod.yaml"), text);
            await git("commit", "--quiet", "--all", "--message", "expires");
            const { code, all } = await lasting();
            assert.equal(code, 1, all);
            assert.match(all, /^Pulumi\.prod\.yaml: an environment gets expires/m);
            const find = scriptOf("preview.yml", /stacks=.*environments\.ts/);
            assert.equal((await step(find, { env: {}, cwd: repository })).output, 'stacks=["prod"]\n');
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

        const checkDrift = (STACK: string) => step(drift, { env: { ...harness.sandbox.env, STACK } });

        it("report no drift if there is none", async () => {
            const { code, all, summary } = await checkDrift("dev");
            assert.equal(code, 0, all);
            assert.equal(summary, "`dev`: no drift\n");
        });

        it("check the credentials, and fail if a service holds one that the state does not", async () => {
            const check = () =>
                step(scriptOf("drift.yml", /npm run status/), { env: { ...harness.sandbox.env, STACK: "dev" } });
            const one = await check();
            assert.equal(one.code, 0, one.all);
            assert.match(
                one.summary,
                /^`dev`: the credentials need no repair\n\n```text\ndeployment +backend .*\nsolar-/,
            );
            await harness.vault("POST", `auth/approle/role/${await identityName(harness, SOLAR)}/secret-id`);
            const other = await check();
            assert.equal(other.code, 7, other.all);
            assert.match(other.summary, /^`dev`: \*\*credentials need repair\*\*.*--remove-orphans\n```\n$/s);
        });

        it("report drift with Pulumi's own exit code, and change nothing", async () => {
            const policy = await identityName(harness, SOLAR);
            assert.ok((await harness.vaultList("sys/policies/acl")).includes(policy));
            await harness.vault("DELETE", `sys/policies/acl/${policy}`);
            const before = await harness.state();
            const { code, all, summary } = await checkDrift("dev");
            assert.equal(code, 7, all);
            assert.match(summary, /^`dev`: \*\*drift\*\*: the resources differ from the state/);
            assert.equal((await harness.state()).text, before.text);
            assert.equal((await harness.vaultList("sys/policies/acl")).includes(policy), false);
        });

        it("distinguish drift from a failed check", async () => {
            const { code, summary } = await checkDrift("nowhere");
            assert.ok(code !== 0 && code !== 7, String(code));
            assert.match(summary, new RegExp(`^\`nowhere\`: \\*\\*not checked\\*\\*: .* exit code ${code}\\.`));
        });

        it("rotate nothing if more than a rotation would change: the stack's file has more Deployments", async () => {
            const before = await harness.state();
            const rotate = scriptOf("rotate.yml", /npm run rotate/);
            const { code, all, summary } = await step(rotate, { env: { ...harness.sandbox.env, STACK: "dev" } });
            assert.notEqual(code, 0, all);
            assert.match(summary, /^`dev`: \*\*not rotated\*\*: exit code \d+\./);
            assert.equal((await harness.state()).text, before.text);
        });

        it("tear nothing down for a pull request without a stack, or if no stack has expired", async () => {
            const one = await step(scriptOf("teardown.yml", /pr-/), { env: { ...harness.sandbox.env, NUMBER: "5" } });
            assert.equal(one.code, 0, one.all);
            assert.match(one.all, /pr-5/);
            const expired = await step(scriptOf("teardown.yml", /--expired/), { env: harness.sandbox.env });
            assert.equal(expired.code, 0, expired.all);
            const { resources } = await harness.state();
            assert.notDeepEqual(resources, [], "stack dev does not expire");
        });
    });

    it("preview a fork's change in the sandbox, with the marker that finds the comment", async () => {
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
