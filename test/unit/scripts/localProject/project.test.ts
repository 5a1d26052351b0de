import assert from "node:assert/strict";
import { chmod, lstat, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { withEnvIgnored } from "../../../../scripts/localProject/ignoreFile";
import { planFiles, refuseTrackedEnv, writeFiles } from "../../../../scripts/localProject/project";

const found = {
    envVars: { AIRFLOW__SECRETS__BACKEND: "a.b.C", AIRFLOW__SECRETS__BACKEND_KWARGS: '{"secret_id":"CANARY"}' },
    requirement: "apache-airflow-providers-hashicorp>=2.1.0",
};

describe("the files of a local project", () => {
    let folder: string;
    let printed: string;
    const write = process.stderr.write.bind(process.stderr);
    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), "local-project-"));
        printed = "";
        process.stderr.write = (text: string | Uint8Array) => {
            printed += text.toString();
            return true;
        };
    });
    afterEach(async () => {
        process.stderr.write = write;
        await rm(folder, { recursive: true });
    });

    const plan = (dag = "# the DAG\n") => planFiles(folder, "stack s, Deployment d", found, dag);
    const git = (...args: string[]) => execa("git", ["-C", folder, ...args]);

    it("are all written the first time, .env readable only by its owner; unchanged the second time", async () => {
        writeFiles(folder, plan());
        assert.equal((await stat(join(folder, ".env"))).mode & 0o777, 0o600);
        assert.equal(await readFile(join(folder, "dags", "verify_secrets_backend.py"), "utf8"), "# the DAG\n");
        assert.deepEqual((await readdir(folder)).sort(), [
            ".dockerignore",
            ".env",
            ".gitignore",
            "dags",
            "requirements.txt",
        ]);
        assert.doesNotMatch(printed, /CANARY/);
        const again = plan();
        assert.ok(again.every(({ before, text }) => before === text));
    });

    it("keep bytes that are not UTF-8, and their mode; only .env loses a mode that lets others read it", async () => {
        const bytes = Buffer.from([0x41, 0x3d, 0xff, 0xfe, 0x0a]);
        await writeFile(join(folder, ".env"), bytes, { mode: 0o644 });
        await writeFile(join(folder, "requirements.txt"), "a\n");
        await chmod(join(folder, "requirements.txt"), 0o640);
        writeFiles(folder, plan());
        assert.deepEqual((await readFile(join(folder, ".env"))).subarray(0, 5), bytes);
        assert.equal((await stat(join(folder, ".env"))).mode & 0o777, 0o600);
        assert.equal((await stat(join(folder, "requirements.txt"))).mode & 0o777, 0o640);
        await chmod(join(folder, ".env"), 0o644);
        writeFiles(folder, plan());
        assert.equal((await stat(join(folder, ".env"))).mode & 0o777, 0o600, "also if nothing else changes");
    });

    it("are written through a symbolic link, which is kept", async () => {
        await writeFile(join(folder, "elsewhere"), "A=1\n");
        await symlink("elsewhere", join(folder, ".env"));
        writeFiles(folder, plan());
        assert.ok((await lstat(join(folder, ".env"))).isSymbolicLink());
        assert.match(await readFile(join(folder, "elsewhere"), "utf8"), /^A=1\n[^]*CANARY/);
    });

    it("conflict with a different DAG file of the same name", () => {
        writeFiles(folder, plan());
        const dag = plan("# a newer one\n").find(({ name }) => name.endsWith(".py"));
        assert.equal(dag?.overwrites?.length, 1);
    });

    it("are refused with a value that the readers would not agree on", () => {
        assert.throws(
            () => planFiles(folder, "", { ...found, envVars: { AZURE_CLIENT_SECRET: "CANARY$1" } }, ""),
            (error: Error) =>
                error.message.includes("AZURE_CLIENT_SECRET contains a $") && !error.message.includes("CANARY"),
        );
    });

    it("are refused if git tracks .env, and only then", async () => {
        await refuseTrackedEnv(folder);
        await git("init", "--quiet");
        await writeFile(join(folder, ".env"), "A=1\n");
        await refuseTrackedEnv(folder);
        await git("add", ".env");
        await assert.rejects(refuseTrackedEnv(folder), /is tracked by git.*git -C .* rm --cached \.env/);
    });

    it("include a .gitignore that ignores .env, whatever it contained before", async () => {
        await git("init", "--quiet");
        await writeFile(join(folder, ".gitignore"), ".env\n!.env");
        writeFiles(folder, plan());
        assert.equal(await readFile(join(folder, ".gitignore"), "utf8"), ".env\n!.env\n.env\n");
        await git("check-ignore", "--quiet", ".env");
    });
});

describe("an ignore file", () => {
    for (const text of [".env\n", "/.env\n", "a\n**/.env\r\nb\n", "!.env\n.env"]) {
        it(`is unchanged with ${JSON.stringify(text)}`, () => {
            assert.equal(withEnvIgnored(text).text, text);
        });
    }
    for (const text of ["", ".envrc\n", "#.env\n", ".env.local"]) {
        it(`gets a line after ${JSON.stringify(text)}`, () => {
            assert.equal(withEnvIgnored(text).text, `${text}${/(^|\n)$/.test(text) ? "" : "\n"}.env\n`);
        });
    }
});
