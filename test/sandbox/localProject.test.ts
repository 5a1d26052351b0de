import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import fc from "fast-check";
import { envRedactor } from "../../airflow/redact";
import { ensureDatabaseTemplate, prepareAirflowHome } from "../../sandbox/airflow/airflowHome";
import { projectDir } from "../../sandbox/paths";
import type { TaskId } from "../../sandbox/verify/airflowOutput";
import { runDag } from "../../sandbox/verify/airflowRun";
import type { Outcome } from "../../sandbox/verify/report";
import { withEnvVars } from "../../scripts/localProject/envFile";
import { envValue, envValueProblem } from "../../scripts/localProject/envValue";
import { startAirflow, type AirflowProcess } from "./airflowProcess";
import { envFileReaders, readByAll, type Reader } from "./envFileReaders";
import { Harness, type Result } from "./harness";

const SOLAR = "solar-dust-1234";
const AMBER = "amber-orbit-1357";
const VIOLET = "violet-meteor-3141";
const JADE = "jade-eclipse-5772";

type Env = Readonly<Record<string, string>>;

const key = ["-----BEGIN PRIVATE KEY-----", "MIIEv+/=", "-----END PRIVATE KEY-----", ""].join("\n");

/** Values that have broken somebody's `.env` before. */
const hostile = [
    { private_key: key },
    { a: "$HOME ${HOME} $$ $(id) `id`", b: "#1 #2", c: " # not a comment" },
    { quotes: 'it\'s "quoted" \\" \\\' \\\\', ends: "'" },
    { unicode: "naïve √ \u2028\u2029\u0085\u00a0\ufeff 😀", control: "\t\r\n\v\f\u0000\u007f" },
    { "key with $ and #": { deep: ["=", "==", "export A=B", "\\n", "\\u0024"] } },
    { nothing: null, empty: "", number: 1e21, list: [] },
];

describe("a local Astro project", function () {
    this.timeout(600_000);
    this.slow(60_000);
    this.bail(true);
    let dir: string;
    let readers: Readonly<Record<string, Reader>>;

    before(async () => {
        dir = await mkdtemp(join(tmpdir(), "local-project-"));
        readers = await envFileReaders();
    });
    after(() => rm(dir, { recursive: true }));

    /** Asserts that each reader reads the same text for each value, and that it parses to the original object. */
    async function assertReadAlike(objects: readonly object[]): Promise<void> {
        const values = objects.map((object) => JSON.stringify(object));
        const variables = Object.fromEntries(values.map((value, index) => [`AIRFLOW_${index}`, value]));
        const { text } = withEnvVars("# one's own\nOWN='it is'\n", "test", variables, []);
        for (const [reader, found] of Object.entries(await readByAll(readers, join(dir, ".env"), text))) {
            values.forEach((value, index) => {
                const read = found[`AIRFLOW_${index}`] ?? "";
                assert.equal(read, envValue(value), reader);
                assert.deepEqual(JSON.parse(read), JSON.parse(value), reader);
            });
        }
    }

    it("has a .env that its three readers read identically, byte for byte, whatever the values", async () => {
        await assertReadAlike(hostile);
        const text = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[$#"'\\ {}=\n]*$/));
        const object = fc.dictionary(text, text, { maxKeys: 4 });
        await fc.assert(fc.asyncProperty(fc.array(object, { minLength: 20, maxLength: 40 }), assertReadAlike), {
            numRuns: 20,
        });
    });

    it("has plain values unchanged, and rejects those that the readers read differently", async () => {
        const plain = fc.oneof(fc.string({ unit: "grapheme" }), fc.stringMatching(/^[$#"'\\ {}=A-Za-z0-9~./+_-]*$/));
        await fc.assert(
            fc.asyncProperty(fc.array(plain, { minLength: 20, maxLength: 40 }), async (values) => {
                const good = values.filter((value) => envValueProblem("A", value) === undefined);
                const variables = Object.fromEntries(good.map((value, index) => [`AIRFLOW_${index}`, value]));
                const all = await readByAll(readers, join(dir, ".env"), withEnvVars("", "test", variables, []).text);
                for (const [reader, found] of Object.entries(all)) {
                    const written = Object.entries(variables).map(([name, value]) => [name, envValue(value)]);
                    assert.deepEqual(found, Object.fromEntries(written), reader);
                }
            }),
            { numRuns: 20 },
        );
        for (const value of ["a $HOME", "a #b", "'a'", " a"]) {
            assert.ok(envValueProblem("A", value) !== undefined, value);
            const all = await readByAll(readers, join(dir, ".env"), `A=${value}\n`);
            assert.ok(new Set(Object.values(all).map(({ A }) => A)).size > 1, `all readers read ${value} identically`);
        }
    });

    describe("for a Deployment of a stack", () => {
        let harness: Harness;
        let airflow: AirflowProcess;
        let folder: string;

        before(async () => {
            harness = await Harness.openAttached(SOLAR, AMBER, VIOLET, JADE);
            airflow = await startAirflow(harness.installed.airflow, harness.sandbox.edge);
            folder = join(dir, "project");
            await harness.usePassphrase();
            await harness.up();
        });
        after(async () => {
            await airflow.close();
            await harness.close();
        });

        async function localProject(args: readonly string[], env: Record<string, string> = {}): Promise<Result> {
            const { exitCode, stdout, all } = await execa("npm", ["run", "local-project", "--", ...args], {
                cwd: projectDir,
                env: { ...harness.sandbox.env, ...env },
                reject: false,
                stdin: "ignore",
                all: true,
            });
            return { code: exitCode ?? -1, stdout, all };
        }

        const argsFor = (deployment: string, ...more: string[]): string[] => [
            ...["--stack", "dev", "--deployment", deployment, "--to", folder],
            ...more,
        ];

        async function files(): Promise<Record<string, string>> {
            const names = await readdir(folder, { recursive: true, withFileTypes: true });
            const found = names
                .filter((entry) => entry.isFile())
                .map(async ({ parentPath, name }) => [name, await readFile(join(parentPath, name), "utf8")] as const);
            return Object.fromEntries(await Promise.all(found));
        }

        it("is not written without the passphrase, nor for an unknown Deployment", async () => {
            const wrong = await localProject(argsFor(SOLAR), { PULUMI_CONFIG_PASSPHRASE: "another" });
            assert.notEqual(wrong.code, 0);
            assert.match(wrong.all, /passphrase/);
            const unknown = await localProject(argsFor("solar-dust"));
            assert.equal(unknown.code, 1);
            assert.match(unknown.all, /no Deployment "solar-dust", only: amber-orbit-1357, jade-.*solar-dust-1234/);
            assert.doesNotMatch(unknown.all, /\n\s+at .*:\d+/);
            await assert.rejects(stat(folder), /ENOENT/);
        });

        it("is written without printing a secret, and does not change the second time", async () => {
            const { code, all } = await localProject(argsFor(SOLAR));
            assert.equal(code, 0, all);
            const { secret_id: secretId, role_id: roleId } = await harness.kwargs(SOLAR);
            assert.ok(!all.includes(String(secretId)) && !all.includes(String(roleId)), "a credential was printed");
            assert.equal((await stat(join(folder, ".env"))).mode & 0o777, 0o600);
            const first = await files();
            assert.deepEqual(
                Object.keys(first).sort(),
                [".dockerignore", ".env", ".gitignore", "requirements.txt", "verify_secrets_backend.py"].sort(),
            );
            assert.equal((await localProject(argsFor(SOLAR))).code, 0);
            assert.deepEqual(await files(), first);
        });

        it("changes to another Deployment, and keeps somebody's own lines", async () => {
            const env = join(folder, ".env");
            await writeFile(env, `MINE=1\n${await readFile(env, "utf8")}ALSO_MINE='2'\n`);
            await writeFile(join(folder, "requirements.txt"), "pandas\napache-airflow-providers-amazon>=1.0 # old\n");
            const { code, all } = await localProject(argsFor(AMBER));
            assert.equal(code, 0, all);
            const after = await files();
            assert.match(after[".env"] ?? "", /^MINE=1\nALSO_MINE='2'\n# >>> [^]*\nAWS_SECRET_ACCESS_KEY=/);
            assert.doesNotMatch(after[".env"] ?? "", /VaultBackend/);
            assert.match(
                after["requirements.txt"] ?? "",
                /^pandas\napache-airflow-providers-amazon>=\d[\d.]+ # old\n$/,
            );
            assert.match(all, /acts as this user in AWS/);
        });

        it("keeps conflicting lines and files unless --force is set", async () => {
            const dag = join(folder, "dags", "verify_secrets_backend.py");
            await writeFile(dag, "# edited\n");
            await writeFile(join(folder, ".env"), "AZURE_CLIENT_SECRET=my-own-CANARY\n");
            const before = await files();
            const rejected = await localProject(argsFor(JADE));
            assert.equal(rejected.code, 1);
            assert.match(rejected.all, /\.env: line 1 sets AZURE_CLIENT_SECRET/);
            assert.match(rejected.all, /verify_secrets_backend\.py: is another version/);
            assert.doesNotMatch(rejected.all, /CANARY/);
            assert.deepEqual(await files(), before);
            assert.equal((await localProject(argsFor(JADE, "--force"))).code, 0);
            assert.match((await files())[".env"] ?? "", /^# AZURE_CLIENT_SECRET=my-own-CANARY\n/);
            assert.notEqual(await readFile(dag, "utf8"), "# edited\n");
        });

        /** A DAG run takes 20 seconds: one with kwargs only, and one with a cloud's own env vars. */
        const withDagRun = [SOLAR, JADE];

        async function runProjectsDag(env: Env): Promise<Record<TaskId, Outcome>> {
            const python = harness.installed.airflow;
            const home = await prepareAirflowHome({
                python,
                template: await ensureDatabaseTemplate({ python, log: () => undefined }),
                dir: join(dir, "airflow"),
                dagFiles: [join(folder, "dags", "verify_secrets_backend.py")],
            });
            const redact = redactAll(env);
            return runDag({ python, home, env, edge: harness.sandbox.edge, logFile: join(dir, "airflow.log"), redact });
        }

        const redactAll = (env: Env) =>
            envRedactor(
                env,
                Object.keys(env).map((name) => ({ name, secret: true })),
            );

        for (const deployment of [SOLAR, AMBER, VIOLET, JADE]) {
            it(`lets a real Airflow read the secrets of ${deployment} through .env`, async () => {
                const { code, all } = await localProject(argsFor(deployment, "--force"));
                assert.equal(code, 0, all);
                const read = Object.values(readers).map((reader) => reader(join(folder, ".env")));
                const [env = {}, ...others] = await Promise.all(read);
                others.forEach((other) => {
                    assert.deepEqual(other, env);
                });
                const tasks = await (withDagRun.includes(deployment)
                    ? runProjectsDag(env)
                    : airflow.read({ name: deployment, env, redact: redactAll(env) }));
                for (const [task, { ok, detail }] of Object.entries(tasks)) {
                    assert.ok(ok, `${task}: ${detail}`);
                }
            });
        }
    });
});
