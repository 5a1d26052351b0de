import assert from "node:assert/strict";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { changedFiles, committedEnvironments, touched } from "../../../scripts/touched";

describe("touched", () => {
    const environments = ["prod", "staging"];

    it("returns the environment whose file changed", () => {
        assert.deepEqual(touched(environments, ["Pulumi.staging.yaml"]), ["staging"]);
        assert.deepEqual(touched(environments, ["Pulumi.staging.yaml", "docs/aws.md"]), ["staging"]);
    });

    it("returns all of them if the program or an unknown file changed", () => {
        for (const file of [
            "index.ts",
            "config/rules.ts",
            "package-lock.json",
            "Pulumi.yaml",
            "new/file.ts",
            "docs.ts",
        ]) {
            assert.deepEqual(touched(environments, [file, "Pulumi.staging.yaml"]), environments, file);
        }
    });

    it("returns none if docs, tests, the sandbox or an example changed", () => {
        const others = [
            "README.md",
            "docs/environments.md",
            "test/unit/stack.test.ts",
            "sandbox/cli.ts",
            ".github/workflows/test.yml",
            "Pulumi.dev.yaml",
            "Pulumi.prod.yaml.example",
            "LICENSE",
        ];
        assert.deepEqual(touched(environments, others), []);
        assert.deepEqual(touched(environments, []), []);
    });

    it("returns none for an environment whose file was deleted", () => {
        assert.deepEqual(touched(environments, ["Pulumi.old.yaml"]), []);
    });
});

describe("environments and changes in git", () => {
    let dir: string;

    const git = (...args: string[]) =>
        execa("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], { cwd: dir });

    async function commit(...files: string[]): Promise<void> {
        await Promise.all(files.map((file) => writeFile(join(dir, file), `${Math.random()}`)));
        await git("add", "--all");
        await git("commit", "--quiet", "--message", "change");
    }

    beforeEach(async () => {
        dir = await mkdtemp(join(tmpdir(), "git-"));
        await git("init", "--quiet", "--initial-branch", "main");
        await commit("index.ts", "Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml");
    });
    afterEach(() => rm(dir, { recursive: true, force: true }));

    it("finds committed environments, without the sandbox's stack and uncommitted files", async () => {
        await commit("Pulumi.staging.yaml", "Pulumi.eu-1.yaml");
        await writeFile(join(dir, "Pulumi.mine.yaml"), "");
        assert.deepEqual(await committedEnvironments(dir), { all: ["eu-1", "prod", "staging"], expiring: [] });
    });

    const TIME = '"2026-12-01T18:00:00Z"';
    const expires = `config:\n  airflow-secrets-backends:expires: ${TIME}\n`;
    const forms = {
        "as usual": expires,
        "with the name of an old module": `config:\n  airflow-secrets-backends:config:expires: ${TIME}\n`,
        "without the project's name": `config:\n  expires: ${TIME}\n`,
        "merged from elsewhere": `a: &a\n  expires: ${TIME}\nconfig:\n  <<: *a\n`,
        "without a valid time": "config:\n  airflow-secrets-backends:expires: soon\n",
    };
    for (const [what, text] of Object.entries(forms)) {
        it(`does not count a stack that expires as an environment: ${what}`, async () => {
            await writeFile(join(dir, "Pulumi.pr-5.yaml"), text);
            await writeFile(join(dir, "Pulumi.staging.yaml"), `# no ${expires}`);
            await commit();
            assert.deepEqual(await committedEnvironments(dir), { all: ["prod", "staging"], expiring: [] });
        });
    }

    it("counts a stack without a value of expires, for which Pulumi has an error", async () => {
        await writeFile(join(dir, "Pulumi.pr-5.yaml"), "config:\n  airflow-secrets-backends:expires:\n");
        await commit();
        assert.deepEqual((await committedEnvironments(dir)).all, ["pr-5", "prod"]);
    });

    it("refuses a file that is not YAML", async () => {
        await writeFile(join(dir, "Pulumi.pr-5.yaml"), "config: [\n");
        await commit();
        await assert.rejects(committedEnvironments(dir), /^Error: Pulumi\.pr-5\.yaml is not valid YAML: /);
    });

    it("counts an environment that gets expires, and says so; not one that was a test stack before", async () => {
        await writeFile(join(dir, "Pulumi.pr-5.yaml"), expires);
        await writeFile(join(dir, "Pulumi.pr-6.yaml"), expires);
        await commit();
        await git("switch", "--quiet", "--create", "branch");
        await writeFile(join(dir, "Pulumi.prod.yaml"), expires);
        await writeFile(join(dir, "Pulumi.pr-6.yaml"), "config: {}\n");
        await writeFile(join(dir, "Pulumi.pr-7.yaml"), expires);
        await commit();
        assert.deepEqual(await committedEnvironments(dir, "main"), { all: ["pr-6", "prod"], expiring: ["prod"] });
        assert.deepEqual(await committedEnvironments(dir), { all: ["pr-6"], expiring: [] });
    });

    it("compares with where the branch began: an environment that is newer in the base does not matter", async () => {
        await git("switch", "--quiet", "--create", "branch");
        await writeFile(join(dir, "Pulumi.pr-5.yaml"), expires);
        await commit();
        await git("switch", "--quiet", "main");
        await commit("Pulumi.pr-5.yaml");
        await git("switch", "--quiet", "branch");
        assert.deepEqual(await committedEnvironments(dir, "main"), { all: ["prod"], expiring: [] });
    });

    it("refuses a name with characters that a shell interprets", async () => {
        await commit("Pulumi.$(id).yaml");
        await assert.rejects(committedEnvironments(dir), /Pulumi\.\$\(id\)\.yaml: a stack's name is made of/);
    });

    it("finds the changes of a branch, not those of its base", async () => {
        await git("switch", "--quiet", "--create", "branch");
        await commit("Pulumi.prod.yaml");
        await rename(join(dir, "index.ts"), join(dir, "main.ts"));
        await commit();
        await git("switch", "--quiet", "main");
        await commit("package.json");
        await git("switch", "--quiet", "branch");
        assert.deepEqual(await changedFiles(dir, "main"), ["Pulumi.prod.yaml", "index.ts", "main.ts"]);
    });

    it("finds the changes of a pull request from its merge commit, as the workflow does", async () => {
        await git("switch", "--quiet", "--create", "branch");
        await commit("Pulumi.prod.yaml");
        await git("switch", "--quiet", "main");
        await commit("package.json");
        await git("merge", "--quiet", "--no-ff", "branch", "--message", "merge");
        const clone = join(dir, "clone");
        await git("clone", "--quiet", "--depth", "2", `file://${dir}`, clone);
        assert.deepEqual(await changedFiles(clone, "HEAD^1"), ["Pulumi.prod.yaml"]);
    });

    it("fails if there is no such base", async () => {
        await assert.rejects(changedFiles(dir, "nowhere"), /git diff failed:[^]*nowhere/);
        await assert.rejects(changedFiles(dir, "--output=x"), /git diff failed/);
        await assert.rejects(committedEnvironments(dir, "nowhere"), /git merge-base failed:[^]*nowhere/);
        await assert.rejects(committedEnvironments(dir, "--all"), /git merge-base failed/);
    });
});
