import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { parse, stringify } from "yaml";
import { projectDir } from "../../sandbox/paths";
import { commandsOf, pageText } from "../page";
import { AwsAccount } from "../sandbox/aws";
import { Harness, type DeploymentEntry, type Result } from "../sandbox/harness";
import type { LiveWorkload } from "../sandbox/liveWorkload";

const SOLAR = "solar-dust-1234";
const LUNAR = "lunar-tide-5678";
const KEY = "airflow-secrets-backends:deployments";

type Config = Record<string, unknown> & { [KEY]: DeploymentEntry[] };

/** Each step depends on the one before, as on the page. */
describe("the commands of docs/environments.md", function () {
    this.timeout(600_000);
    this.slow(60_000);
    this.bail(true);
    let harness: Harness;
    /** Symbolic links to the project's files, with copies of those that the commands write. */
    let dir: string;
    let aws: AwsAccount;
    let untouched: LiveWorkload["spec"];

    before(async () => {
        harness = await Harness.openAttached();
        aws = new AwsAccount(harness.sandbox.env);
        untouched = (await scheduler()).spec;
        dir = join(harness.dir, "project");
        await mkdir(dir);
        const files = (await readdir(projectDir)).filter((name) => !/^(\.git|\.sandbox|Pulumi\..*)$/.test(name));
        await Promise.all(files.map((name) => symlink(join(projectDir, name), join(dir, name))));
        for (const name of ["Pulumi.yaml", "Pulumi.prod.yaml.example"]) {
            await copyFile(join(projectDir, name), join(dir, name));
        }
    });
    after(() => harness.close());

    const scheduler = () => harness.workload("Deployment", `airflow-${SOLAR}`, `${SOLAR}-scheduler`);

    async function run(command: string): Promise<Result> {
        // There is no terminal to confirm on. Pulumi rejects --yes together with --preview-only.
        const yes = command.includes("--preview-only") ? {} : { PULUMI_SKIP_CONFIRMATIONS: "true" };
        const { exitCode, stdout, all } = await execa("bash", ["-c", command], {
            cwd: dir,
            env: { ...harness.sandbox.env, ...yes },
            reject: false,
            stdin: "ignore",
            all: true,
        });
        return { code: exitCode ?? -1, stdout, all };
    }

    async function succeed(command: string): Promise<string> {
        const { code, all } = await run(command);
        assert.equal(code, 0, `${command}\n${all}`);
        return all;
    }

    const stackFile = (): string => join(dir, "Pulumi.staging.yaml");

    async function edit(change: (config: Config) => void): Promise<void> {
        const file = parse(await readFile(stackFile(), "utf8")) as { config: Config };
        change(file.config);
        await writeFile(stackFile(), stringify(file));
    }

    /** Replaces the accounts and addresses of the example with the sandbox's. */
    const moveIntoSandbox = () =>
        edit((config) => {
            config["aws:region"] = "us-east-1";
            config["airflow-secrets-backends:awsAccountId"] = "000000000000";
            delete config["airflow-secrets-backends:azureSubscriptionId"];
            delete config["airflow-secrets-backends:vaultClusterId"];
            delete config["airflow-secrets-backends:kubernetesClusterUid"];
            config[KEY] = config[KEY].filter(({ name }) => [SOLAR, LUNAR].includes(name));
            for (const { name, backend, target } of config[KEY]) {
                if (target.kind === "kubernetes") {
                    backend.address = "https://vault.sandbox.test";
                    Object.assign(target, { namespace: `airflow-${name}`, waitForRollout: false });
                } else {
                    backend.region = "us-east-1";
                    target.houstonUrl = "https://houston.sandbox.test/v1";
                }
            }
        });

    /** Returns the names of all files in Pulumi's state backend, each with its modification time. */
    async function stateFiles(): Promise<string[]> {
        const folder = join(harness.sandbox.stateDir, "pulumi");
        const names = ["", ...(await readdir(folder, { recursive: true }))].sort();
        return Promise.all(names.map(async (name) => `${name} ${(await stat(join(folder, name))).mtimeMs}`));
    }

    /** Replaces the state with one without resources. The next command of the page imports it again. */
    async function loseState(): Promise<void> {
        const found = JSON.parse(await readFile(join(dir, "staging.before.json"), "utf8")) as {
            deployment: { resources: { type: string }[] };
        };
        found.deployment.resources = found.deployment.resources.filter(({ type }) => type === "pulumi:pulumi:Stack");
        await writeFile(join(harness.dir, "lost.json"), JSON.stringify(found));
        await succeed(`pulumi stack import --file ${join(harness.dir, "lost.json")} --stack staging`);
        const { code, all } = await run("pulumi up --skip-preview --stack staging");
        assert.notEqual(code, 0);
        for (const title of ["the IAM user", "the AppRole", "the policy"]) {
            assert.match(
                all,
                new RegExp(`${title} "airflow\\.staging\\.\\S+" .*already exists, and its marks name this very`),
            );
        }
    }

    let stateBefore: string[];

    const { tried } = commandsOf(pageText("environments.md"));
    /** The command that takes the IAM user out of the state. */
    const takeOut = tried.find((command) => command.startsWith("pulumi state delete ")) ?? "";
    const exportState = "pulumi stack export --file staging.before.json --stack staging";

    /** Prepares the situation that the page describes for a command, by command. */
    const setup: Record<string, () => Promise<unknown>> = {
        "pulumi refresh --preview-only --expect-no-changes --stack staging": async () => {
            stateBefore = await stateFiles();
        },
    };

    /** Checks after a command, besides its exit code 0. */
    const checks: [command: string, title: string, check: () => Promise<void>][] = [
        ["cp Pulumi.prod.yaml.example Pulumi.staging.yaml", "is edited", moveIntoSandbox],
        [
            "pulumi stack init staging",
            "writes the encryption salt into the stack's file",
            async () => {
                assert.match(await readFile(stackFile(), "utf8"), /^encryptionsalt: /m);
            },
        ],
        [
            "pulumi preview --diff --stack staging",
            "creates nothing",
            async () => {
                assert.deepEqual(await aws.users(), []);
            },
        ],
        [
            "pulumi refresh --preview-only --expect-no-changes --stack staging",
            "does not change the state, and neither does a preview",
            async () => {
                await succeed("pulumi preview --stack staging");
                assert.deepEqual(await stateFiles(), stateBefore);
            },
        ],
        [
            "pulumi refresh --preview-only --expect-no-changes --stack staging",
            "exits with 7 after a change by hand, and fails with PULUMI_SKIP_CONFIRMATIONS",
            async () => {
                const refresh = "pulumi refresh --preview-only --expect-no-changes --stack staging";
                const policies = await harness.vaultList("sys/policies/acl");
                const policy = policies.find((name) => name.startsWith(`airflow.staging.${SOLAR}.`)) ?? "";
                await harness.vault("DELETE", `sys/policies/acl/${policy}`);
                assert.equal((await run(refresh)).code, 7);
                await succeed("pulumi up --refresh --stack staging");
                const { code, all } = await run(`PULUMI_SKIP_CONFIRMATIONS=true ${refresh}`);
                assert.notEqual(code, 0);
                assert.match(all, /--yes and --preview-only cannot be used together/);
            },
        ],
        [
            takeOut,
            "is followed by an up that imports the user",
            async () => {
                const { all } = await run("pulumi preview --stack staging");
                assert.match(all, /= +aws:iam:User lunar-tide-5678\.\S+ import/);
                assert.match(all, /\+ +aws:iam:AccessKey lunar-tide-5678\.\S+ create/);
            },
        ],
        [
            exportState,
            "comes after an up that has created another access key beside the one that is in no state",
            async () => {
                const [user = "", ...others] = await aws.users();
                assert.deepEqual(others, []);
                assert.equal((await aws.keys(user)).length, 2);
                await succeed("pulumi preview --expect-no-changes --stack staging");
            },
        ],
        [exportState, "has what is needed if the state is lost: without it, preview stops", loseState],
        [
            "pulumi stack import --file staging.before.json --stack staging",
            "leaves no changes to make",
            async () => {
                await succeed("pulumi preview --expect-no-changes --stack staging");
            },
        ],
        [
            "pulumi stack import --file staging.before.json --stack staging",
            "contains no secret in plain text",
            async () => {
                const { secret_id: secretId } = await harness.kwargs(SOLAR);
                assert.equal(typeof secretId, "string");
                const file = await readFile(join(dir, "staging.before.json"), "utf8");
                assert.equal(file.includes(String(secretId)), false);
            },
        ],
        [
            "pulumi stack import --file staging.before.json --stack staging",
            "gives a Deployment its previous credential if the config is reverted within the overlap",
            async () => {
                const secretIds = [(await harness.kwargs(SOLAR)).secret_id];
                for (const scope of ["moved", SOLAR]) {
                    await edit((config) => {
                        config[KEY].find(({ name }) => name === SOLAR)!.backend.scope = scope;
                    });
                    await succeed("pulumi up --skip-preview --stack staging");
                    secretIds.push((await harness.kwargs(SOLAR)).secret_id);
                }
                const [before, moved, reverted] = secretIds;
                assert.notEqual(moved, before);
                assert.equal(reverted, before);
            },
        ],
        [
            "pulumi destroy --refresh --stack staging",
            "leaves no resources",
            async () => {
                const policies = await harness.vaultList("sys/policies/acl");
                assert.deepEqual([policies.filter((name) => name.startsWith("airflow.")), await aws.users()], [[], []]);
                assert.deepEqual((await scheduler()).spec, untouched);
            },
        ],
        [
            "pulumi stack rm staging",
            "removes the stack and its file",
            async () => {
                assert.equal(existsSync(stackFile()), false);
                assert.equal((await succeed("pulumi stack ls --json")).includes('"staging"'), false);
            },
        ],
    ];

    it("include each command that this test sets up or checks", () => {
        const known = [...Object.keys(setup), ...checks.map(([command]) => command)];
        assert.deepEqual(
            known.filter((command) => !tried.includes(command)),
            [],
        );
    });

    const checked = new Set<string>();
    for (const command of tried) {
        it(command, async () => {
            await setup[command]?.();
            await succeed(command);
        });
        // A command that the page repeats is checked only the first time.
        for (const [, title, check] of checks.filter(([of]) => of === command && !checked.has(command))) {
            it(`… ${title}`, check);
        }
        checked.add(command);
    }

    it("leave the checkout unchanged", () => {
        assert.equal(existsSync(join(projectDir, "Pulumi.staging.yaml")), false);
        assert.equal(existsSync(join(projectDir, "staging.before.json")), false);
    });
});
