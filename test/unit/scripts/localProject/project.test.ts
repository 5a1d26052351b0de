import assert from "node:assert/strict";
import { chmod, lstat, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { CommandError } from "../../../../scripts/command";
import { TEMPORARY } from "../../../../scripts/localProject/files";
import { refuseTrackedEnv } from "../../../../scripts/localProject/git";
import { planFiles, writeFiles } from "../../../../scripts/localProject/project";

const found = {
    backend: "vault",
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
        await writeFiles(folder, plan());
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
        await writeFiles(folder, plan());
        assert.deepEqual((await readFile(join(folder, ".env"))).subarray(0, 5), bytes);
        assert.equal((await stat(join(folder, ".env"))).mode & 0o777, 0o600);
        assert.equal((await stat(join(folder, "requirements.txt"))).mode & 0o777, 0o640);
        await chmod(join(folder, ".env"), 0o644);
        await writeFiles(folder, plan());
        assert.equal((await stat(join(folder, ".env"))).mode & 0o777, 0o600, "also if nothing else changes");
    });

    it("are written through a symbolic link, which is kept", async () => {
        await writeFile(join(folder, "elsewhere"), "a==1\n");
        await symlink("elsewhere", join(folder, "requirements.txt"));
        await writeFiles(folder, plan());
        assert.ok((await lstat(join(folder, "requirements.txt"))).isSymbolicLink());
        assert.equal(await readFile(join(folder, "elsewhere"), "utf8"), `a==1\n${found.requirement}\n`);
    });

    it("are refused if .env is a symbolic link, also to a file that does not exist: git may track that one", async () => {
        await symlink("elsewhere", join(folder, ".env"));
        for (const text of [undefined, "A=1\n"]) {
            if (text !== undefined) {
                await writeFile(join(folder, "elsewhere"), text);
            }
            assert.throws(plan, /\.env is a symbolic link to elsewhere: .*Replace the link/);
        }
        assert.equal(await readFile(join(folder, "elsewhere"), "utf8"), "A=1\n");
    });

    it("are refused if one of them is not a file", async () => {
        await execa("mkfifo", [join(folder, ".env")]);
        assert.throws(plan, /Cannot read .*\.env: it is not a file\. Nothing was written/);
    });

    it("conflict with a different DAG file of the same name", async () => {
        await writeFiles(folder, plan());
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

    const rules = [
        "",
        ".env\n!.env",
        ".env\n!.env*\n",
        "!.env*",
        "*\n!*\n",
        ".*\n!.e*",
        "**/.env\n!/.env.*",
        "!\\.env",
    ];
    for (const before of rules) {
        it(`are never taken by git add, also after a kill, with the .gitignore ${JSON.stringify(before)}`, async () => {
            await git("init", "--quiet");
            await writeFile(join(folder, ".gitignore"), before);
            await writeFiles(folder, plan());
            assert.ok((await readFile(join(folder, ".gitignore"), "utf8")).startsWith(before));
            await writeFile(join(folder, TEMPORARY), "CANARY");
            await writeFile(join(folder, "dags", TEMPORARY), "CANARY");
            await git("add", "--all");
            const { stdout } = await git("ls-files");
            assert.deepEqual(
                stdout.split("\n").filter((name) => name.includes(".env")),
                [],
            );
            assert.doesNotMatch((await git("diff", "--cached")).stdout, /CANARY/);
            await writeFiles(folder, plan());
            await assert.rejects(stat(join(folder, TEMPORARY)), /ENOENT/, "the next run deletes what a kill has left");
        });
    }

    it("contain no credential if git would not ignore it: git follows no .gitignore that is a symbolic link", async () => {
        await git("init", "--quiet");
        await writeFile(join(folder, "rules"), "");
        await symlink("rules", join(folder, ".gitignore"));
        await assert.rejects(
            writeFiles(folder, plan()),
            /git would not ignore .*\.env and .*No credential was written\. Make \.gitignore a regular file/,
        );
        assert.deepEqual((await readdir(folder)).sort(), [".dockerignore", ".git", ".gitignore", "rules"]);
    });

    it("are refused if git cannot be asked", async () => {
        await git("init", "--quiet");
        await writeFile(join(folder, ".git", "config"), "[broken");
        await assert.rejects(refuseTrackedEnv(folder), /Cannot find out whether git tracks .*bad config/);
        await assert.rejects(writeFiles(folder, plan()), /Cannot find out whether git ignores .*bad config/);
        await assert.rejects(stat(join(folder, ".env")), /ENOENT/);
    });

    it("keep UTF-16 and a byte order mark in requirements.txt", async () => {
        const path = join(folder, "requirements.txt");
        const old = "apache-airflow-providers-hashicorp>=1.0\r\npandas==2 # √\r\n";
        const raised = old.replace("1.0", "2.1.0");
        const littleEndian = (text: string): Buffer => Buffer.from(`\ufeff${text}`, "utf16le");
        const forms = [
            littleEndian,
            (text: string) => littleEndian(text).swap16(),
            (text: string) => Buffer.from(`\ufeff${text}`),
            (text: string) => Buffer.from(text),
        ];
        for (const form of forms) {
            await writeFile(path, form(old));
            await writeFiles(folder, plan());
            assert.deepEqual(await readFile(path), form(raised));
        }
    });

    it("are refused in an encoding that their readers do not understand", async () => {
        const utf16 = Buffer.from("\ufeffA=1\n", "utf16le");
        for (const name of [".env", ".gitignore", ".dockerignore"]) {
            await writeFile(join(folder, name), utf16);
            assert.throws(plan, new RegExp(`\\${name} is UTF-16, .*Save it as UTF-8\\. Nothing was written`));
            await rm(join(folder, name));
        }
        const unknown = [utf16.subarray(2), Buffer.concat([utf16, Buffer.from("a")]), Buffer.from([0xff, 0xfe, 0, 0])];
        for (const bytes of unknown) {
            await writeFile(join(folder, "requirements.txt"), bytes);
            assert.throws(plan, /requirements\.txt is not UTF-8\. Save it as UTF-8\. Nothing was written/);
        }
    });

    it("are reported without a stack trace if one cannot be written", async () => {
        const files = plan();
        await writeFile(join(folder, "dags"), "a file where a folder has to be");
        await assert.rejects(
            writeFiles(folder, files),
            (error) => error instanceof CommandError && /^Cannot write .*dags.*: EEXIST/.test(error.message),
        );
    });

    it("replace the user's own line after a byte order mark", async () => {
        await writeFile(join(folder, ".env"), "\ufeffAIRFLOW__SECRETS__BACKEND=own\n");
        const env = plan().find(({ name }) => name === ".env");
        assert.match(env?.overwrites?.join() ?? "", /^line 1 sets AIRFLOW__SECRETS__BACKEND,/);
        await writeFiles(folder, plan());
        assert.match(await readFile(join(folder, ".env"), "utf8"), /^\ufeff# AIRFLOW__SECRETS__BACKEND=own\n/);
    });
});
