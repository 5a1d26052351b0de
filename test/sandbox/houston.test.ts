import assert from "node:assert/strict";
import { KubeConfig } from "@kubernetes/client-node";
import { OWNERS } from "../../components/astronomer/houston/variables";
import { existingVariables, writeVariables } from "../../sandbox/company/deploymentVariables";
import { KubernetesReleases } from "../../sandbox/standins/houston/kubernetesReleases";
import type { StoredVariable } from "../../sandbox/standins/houston/releases";
import { AwsAccount } from "./aws";
import { Harness } from "./harness";
import { canLogIn } from "./vaultUser";

const SOLAR = "solar-dust-1234";
const LUNAR = "lunar-tide-5678";
const AMBER = "amber-orbit-1357";
const BACKEND = "AIRFLOW__SECRETS__BACKEND";
const KWARGS = "AIRFLOW__SECRETS__BACKEND_KWARGS";
const OF_VAULT = [OWNERS, BACKEND, KWARGS];
const OF_AWS = ["AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_SECRET_ACCESS_KEY"];

/** Pulumi's exit code if `--expect-no-changes` finds changes. */
const CHANGES = 7;

describe("Deployments on Astronomer", function () {
    this.timeout(600_000);
    this.slow(60_000);
    this.bail(true);
    let harness: Harness;
    let releases: KubernetesReleases;
    let vaultBackend: Record<string, unknown>;
    /** The kwargs that LUNAR had first. */
    let first: Record<string, unknown>;

    before(async () => {
        harness = await Harness.openAttached(SOLAR, LUNAR, AMBER);
        await harness.keep(LUNAR, AMBER);
        const config = new KubeConfig();
        config.loadFromFile(harness.sandbox.kubeconfig);
        releases = new KubernetesReleases(config);
    });
    after(() => harness.close());

    /** Returns a Deployment's variables as Houston stores them, by name. */
    async function variables(release: string): Promise<Map<string, StoredVariable>> {
        return new Map((await releases.read(release))?.map((variable) => [variable.key, variable]));
    }

    /** Returns the names of the stack's variables; asserts that the existing variables are unchanged. */
    async function stackVariables(release: string): Promise<string[]> {
        const found = await variables(release);
        for (const variable of existingVariables) {
            assert.deepEqual(found.get(variable.key), variable);
            found.delete(variable.key);
        }
        return [...found.keys()].sort();
    }

    /** Changes a Deployment's variables as somebody would in the Software UI. */
    async function edit(release: string, change: (all: StoredVariable[]) => StoredVariable[]): Promise<void> {
        const shown = [...(await variables(release)).values()];
        await writeVariables(harness.sandbox.houston, release, change(shown));
    }

    const secretId = async (): Promise<unknown> => (await harness.kwargs(LUNAR)).secret_id;

    /** Returns the IAM users of LUNAR. */
    async function usersInAws(): Promise<string[]> {
        const users = await new AwsAccount(harness.sandbox.env).users();
        return users.filter((name) => name.startsWith(`airflow.dev.${LUNAR}.`));
    }

    it("reject a variable that somebody else set before anything is created, and say who owns it", async () => {
        await edit(AMBER, (all) => [...all, { key: BACKEND, value: "by hand", isSecret: false }]);
        for (const command of ["preview", "up"]) {
            const { code, all } = await harness.pulumi([command, ...(command === "up" ? ["--yes"] : [])]);
            assert.notEqual(code, 0);
            assert.match(all, /"amber-orbit-1357": AIRFLOW__SECRETS__BACKEND is already set on .*somebody that/);
            assert.doesNotMatch(all, /\n\s+at .*:\d+/);
        }
        assert.deepEqual(
            (await harness.state()).resources.filter(({ type }) => type !== "pulumi:pulumi:Stack"),
            [],
        );
        await edit(AMBER, (all) => all.filter(({ key }) => key !== BACKEND));
    });

    it("are previewed with the names of the variables and no values, and nothing is written", async () => {
        const { all } = await harness.succeed(["preview", "--diff"]);
        assert.match(
            all,
            /AIRFLOW__SECRETS__BACKEND_KWARGS: \[secret\]|AIRFLOW__SECRETS__BACKEND_KWARGS: output<string>/,
        );
        assert.match(all, /that edit may be lost/);
        assert.deepEqual(await stackVariables(LUNAR), []);
    });

    it("get their variables beside the existing ones, even if a request to Houston fails", async () => {
        await harness.houstonFaults({ latencyMs: 20, fail: { operation: "write", status: 502, times: 1, done: true } });
        await harness.up();
        await harness.houstonFaults({});
        assert.deepEqual(await stackVariables(LUNAR), OF_VAULT);
        assert.deepEqual(await stackVariables(AMBER), [...OF_VAULT, ...OF_AWS].sort());
        const found = await variables(AMBER);
        const secrets = [...found.values()].filter(({ isSecret }) => isSecret).map(({ key }) => key);
        assert.deepEqual(secrets, ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "COMPANY_SMTP_PASSWORD"]);
        const owner = `airflow-secrets-backends/dev/${LUNAR}`;
        assert.deepEqual(Object.keys(JSON.parse((await variables(LUNAR)).get(OWNERS)?.value ?? "") as object), [owner]);
        await harness.succeed(["preview", "--expect-no-changes"]);
        await harness.succeed(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]);
    });

    it("get a new credential when theirs is 20 days old, and pods that still hold the old one can log in", async () => {
        first = await harness.kwargs(LUNAR);
        await harness.age({ days: 20 });
        await harness.up();
        const now = await harness.kwargs(LUNAR);
        assert.notEqual(now.secret_id, first.secret_id);
        assert.deepEqual(await Promise.all([first, now].map((kwargs) => canLogIn(harness, kwargs))), [true, true]);
        assert.deepEqual(await stackVariables(LUNAR), OF_VAULT);
    });

    it("lose the variables that the new backend does not set when the backend changes and changes back", async () => {
        const before = await harness.kwargs(LUNAR);
        await harness.edit(([lunar]) => {
            vaultBackend = lunar!.backend;
            lunar!.backend = {
                kind: "aws-secrets-manager",
                region: "us-east-1",
                scope: LUNAR,
                recoveryWindowInDays: 0,
                credentialIn: "environment",
            };
        });
        await harness.up();
        assert.deepEqual(await stackVariables(LUNAR), [...OF_VAULT, ...OF_AWS].sort());
        assert.equal(await canLogIn(harness, before), true);
        await harness.edit(([lunar]) => {
            lunar!.backend = vaultBackend;
        });
        await harness.up();
        assert.deepEqual(await stackVariables(LUNAR), OF_VAULT);
        assert.deepEqual(await harness.kwargs(LUNAR), before, "the identity was still there");
        assert.equal((await usersInAws()).length, 1);
    });

    const manualChanges: Record<string, [(all: StoredVariable[]) => StoredVariable[], ...RegExp[]]> = {
        "a missing variable, and one that is no longer marked secret": [
            (all) =>
                all
                    .filter(({ key }) => key !== BACKEND)
                    .map((variable) => ({ ...variable, isSecret: variable.isSecret && variable.key !== KWARGS })),
            /BACKEND *: "missing"/,
            /BACKEND_KWARGS *: "no longer marked secret"/,
        ],
        "a changed value": [
            (all) => all.map((variable) => (variable.key === BACKEND ? { ...variable, value: "mine" } : variable)),
            /BACKEND *: "another value"/,
        ],
        "a loss of all variables of the stack": [
            (all) => all.filter(({ key }) => existingVariables.some((existing) => existing.key === key)),
            /airflow-deployment:astronomer:EnvironmentVariables/,
        ],
    };
    for (const [what, [change, ...shown]] of Object.entries(manualChanges)) {
        it(`show ${what} in a refresh, and the next up repairs it`, async () => {
            const before = await secretId();
            await edit(LUNAR, change);
            const refresh = ["refresh", "--yes", "--diff", "--expect-no-changes"];
            const { code, all } = await harness.pulumi(refresh);
            assert.equal(code, CHANGES, all);
            for (const pattern of shown) {
                assert.match(all, pattern);
            }
            assert.doesNotMatch(all, new RegExp(String(before)));
            await harness.up();
            assert.deepEqual(await stackVariables(LUNAR), OF_VAULT);
            assert.equal((await variables(LUNAR)).get(KWARGS)?.isSecret, true);
            assert.equal(await secretId(), before);
            await harness.succeed(refresh);
        });
    }

    it("keep a variable that somebody adds, and are taken over with force: true", async () => {
        const added = { key: "ADDED_LATER", value: "by hand", isSecret: true };
        await edit(AMBER, (all) => [...all.filter(({ key }) => key !== OWNERS), added]);
        assert.match(await harness.failedUp(), /AWS_ACCESS_KEY_ID is already set on amber-orbit-1357/);
        await harness.edit((deployments) => {
            deployments.find(({ name }) => name === AMBER)!.target.force = true;
        });
        await harness.up("--refresh");
        assert.deepEqual(await stackVariables(AMBER), ["ADDED_LATER", ...OF_VAULT, ...OF_AWS].sort());
    });

    it("say what to do if Houston rejects the token or the role, and keep what they have until the next up", async () => {
        const { env } = harness.sandbox;
        const { ASTRONOMER_API_TOKEN: good = "" } = env;
        const { viewer } = harness.sandbox.houston.keys;
        const before = await harness.kwargs(LUNAR);
        await harness.startingOwnPlugin(async () => {
            env.ASTRONOMER_API_TOKEN = "of-another-installation";
            assert.match(
                await harness.failedUp(),
                /refuses: .*API key of a service account of this Astronomer installation/,
            );
            env.ASTRONOMER_API_TOKEN = viewer;
            await harness.succeed(["preview"]);
            await harness.edit(([lunar]) => {
                lunar!.backend = { ...vaultBackend, scope: "moved" };
            });
            assert.match(
                await harness.failedUp(),
                /Cannot write the environment variables of lunar-tide-5678: .*role Editor or Admin/,
            );
        });
        env.ASTRONOMER_API_TOKEN = good;
        assert.deepEqual(await harness.kwargs(LUNAR), before);

        // By now, what LUNAR had two days ago is to be deleted, and what it has now is not.
        await harness.age({ days: 2 });
        await harness.up();
        const now = await harness.kwargs(LUNAR);
        assert.equal(now.variables_path, "moved/variables");
        assert.deepEqual(await Promise.all([first, before, now].map((kwargs) => canLogIn(harness, kwargs))), [
            false,
            true,
            true,
        ]);
        assert.deepEqual(await usersInAws(), []);
    });

    it("can replace a target on Kubernetes, and keep the credential", async () => {
        await harness.restoreConfig();
        await harness.keep(SOLAR, LUNAR);
        await harness.up();
        assert.deepEqual(await stackVariables(AMBER), ["ADDED_LATER"]);
        const id = (await harness.kwargs(SOLAR)).secret_id;
        await harness.edit(([solar, lunar]) => {
            solar!.target = lunar!.target;
        });
        await harness.up();
        assert.equal((await harness.kwargs(SOLAR)).secret_id, id);
        assert.deepEqual([...(await variables(SOLAR)).keys()], OF_VAULT.sort());
    });

    it("keep exactly their existing variables when the stack is destroyed", async () => {
        await harness.succeed(["destroy", "--yes", "--skip-preview"]);
        assert.deepEqual(await stackVariables(LUNAR), []);
        assert.deepEqual((await variables(AMBER)).get("ADDED_LATER")?.value, "by hand");
        assert.equal((await variables(SOLAR)).size, 0);
    });
});
