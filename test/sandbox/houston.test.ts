import assert from "node:assert/strict";
import { KubeConfig } from "@kubernetes/client-node";
import { OWNERS } from "../../components/astronomer/houston/variables";
import { companyVariables, writeVariables } from "../../sandbox/company/deploymentVariables";
import { KubernetesReleases } from "../../sandbox/standins/houston/kubernetesReleases";
import type { StoredVariable } from "../../sandbox/standins/houston/releases";
import { Harness } from "./harness";

const SOLAR = "solar-dust-1234";
const LUNAR = "lunar-tide-5678";
const AMBER = "amber-orbit-1357";
const BACKEND = "AIRFLOW__SECRETS__BACKEND";
const KWARGS = "AIRFLOW__SECRETS__BACKEND_KWARGS";
const OF_VAULT = [OWNERS, BACKEND, KWARGS];
const OF_AWS = ["AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_SECRET_ACCESS_KEY"];

/** Pulumi's exit code when `--expect-no-changes` finds some. */
const CHANGES = 7;

describe("Deployments on Astronomer", function () {
    this.timeout(600_000);
    this.slow(60_000);
    this.bail(true);
    let harness: Harness;
    let releases: KubernetesReleases;
    let vaultBackend: Record<string, unknown>;

    before(async () => {
        harness = await Harness.openAttached(SOLAR, LUNAR, AMBER);
        await harness.keep(LUNAR, AMBER);
        const config = new KubeConfig();
        config.loadFromFile(harness.sandbox.kubeconfig);
        releases = new KubernetesReleases(config);
    });
    after(() => harness.close());

    /** As Houston keeps them, by name. */
    async function variables(release: string): Promise<Map<string, StoredVariable>> {
        return new Map((await releases.read(release))?.map((variable) => [variable.key, variable]));
    }

    /** The names of ours; what the company has set is as it was. */
    async function oursBesideCompanys(release: string): Promise<string[]> {
        const found = await variables(release);
        for (const variable of companyVariables) {
            assert.deepEqual(found.get(variable.key), variable);
            found.delete(variable.key);
        }
        return [...found.keys()].sort();
    }

    /** What somebody does in the Software UI. */
    async function edit(release: string, change: (all: StoredVariable[]) => StoredVariable[]): Promise<void> {
        const shown = [...(await variables(release)).values()];
        await writeVariables(harness.sandbox.houston, release, change(shown));
    }

    const secretId = async (): Promise<unknown> => (await harness.kwargs(LUNAR)).secret_id;

    it("refuse a variable of somebody's own before anything is made, and say whose it is", async () => {
        await edit(AMBER, (all) => [...all, { key: BACKEND, value: "by hand", isSecret: false }]);
        for (const command of ["preview", "up"]) {
            const { code, all } = await harness.pulumi([command, ...(command === "up" ? ["--yes"] : [])]);
            assert.notEqual(code, 0);
            assert.match(all, /"amber-orbit-1357": AIRFLOW__SECRETS__BACKEND is already set on .*somebody whom/);
            assert.doesNotMatch(all, /\n\s+at .*:\d+/);
        }
        assert.deepEqual(
            (await harness.state()).resources.filter(({ type }) => type !== "pulumi:pulumi:Stack"),
            [],
        );
        await edit(AMBER, (all) => all.filter(({ key }) => key !== BACKEND));
    });

    it("are previewed with each variable's name and no value, and nothing is written", async () => {
        const { all } = await harness.succeed(["preview", "--diff"]);
        assert.match(
            all,
            /AIRFLOW__SECRETS__BACKEND_KWARGS: \[secret\]|AIRFLOW__SECRETS__BACKEND_KWARGS: output<string>/,
        );
        assert.match(all, /may lose that edit/);
        assert.deepEqual(await oursBesideCompanys(LUNAR), []);
    });

    it("get theirs beside the company's, although Houston falters", async () => {
        await harness.houstonFaults({ latencyMs: 20, fail: { operation: "write", status: 502, times: 1, done: true } });
        await harness.up();
        await harness.houstonFaults({});
        assert.deepEqual(await oursBesideCompanys(LUNAR), OF_VAULT);
        assert.deepEqual(await oursBesideCompanys(AMBER), [...OF_VAULT, ...OF_AWS].sort());
        const found = await variables(AMBER);
        const secrets = [...found.values()].filter(({ isSecret }) => isSecret).map(({ key }) => key);
        assert.deepEqual(secrets, ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "COMPANY_SMTP_PASSWORD"]);
        const owner = `airflow-secrets-backends/dev/${LUNAR}`;
        assert.deepEqual(Object.keys(JSON.parse((await variables(LUNAR)).get(OWNERS)?.value ?? "") as object), [owner]);
        await harness.succeed(["preview", "--expect-no-changes"]);
        await harness.succeed(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]);
    });

    it("get a new credential with the next generation", async () => {
        const before = await secretId();
        await harness.edit(([lunar]) => {
            vaultBackend = lunar!.backend;
            lunar!.backend = { ...vaultBackend, generation: 2 };
        });
        await harness.up();
        assert.notEqual(await secretId(), before);
        assert.deepEqual(await oursBesideCompanys(LUNAR), OF_VAULT);
    });

    it("lose what another backend does not set, when they change to it and back", async () => {
        await harness.edit(([lunar]) => {
            lunar!.backend = {
                kind: "aws-secrets-manager",
                region: "us-east-1",
                scope: LUNAR,
                recoveryWindowInDays: 0,
            };
        });
        await harness.up();
        assert.deepEqual(await oursBesideCompanys(LUNAR), [...OF_VAULT, ...OF_AWS].sort());
        await harness.edit(([lunar]) => {
            lunar!.backend = vaultBackend;
        });
        await harness.up();
        assert.deepEqual(await oursBesideCompanys(LUNAR), OF_VAULT);
    });

    const byHand: Record<string, [(all: StoredVariable[]) => StoredVariable[], RegExp]> = {
        "a variable that is missing": [(all) => all.filter(({ key }) => key !== BACKEND), /BACKEND *: "missing"/],
        "a secret that is no longer marked so": [
            (all) => all.map((variable) => ({ ...variable, isSecret: variable.isSecret && variable.key !== KWARGS })),
            /BACKEND_KWARGS *: "no longer marked secret"/,
        ],
        "another value": [
            (all) => all.map((variable) => (variable.key === BACKEND ? { ...variable, value: "mine" } : variable)),
            /BACKEND *: "another value"/,
        ],
        "none of ours": [
            (all) => all.filter(({ key }) => companyVariables.some((own) => own.key === key)),
            /airflow-deployment:astronomer:EnvironmentVariables/,
        ],
    };
    for (const [what, [change, shown]] of Object.entries(byHand)) {
        it(`show ${what} in a refresh, and the next up mends it`, async () => {
            const before = await secretId();
            await edit(LUNAR, change);
            const refresh = ["refresh", "--yes", "--diff", "--expect-no-changes"];
            const { code, all } = await harness.pulumi(refresh);
            assert.equal(code, CHANGES, all);
            assert.match(all, shown);
            assert.doesNotMatch(all, new RegExp(String(before)));
            await harness.up();
            assert.deepEqual(await oursBesideCompanys(LUNAR), OF_VAULT);
            assert.equal((await variables(LUNAR)).get(KWARGS)?.isSecret, true);
            assert.equal(await secretId(), before);
            await harness.succeed(refresh);
        });
    }

    it("keep what somebody adds in between, and can be taken over by force", async () => {
        const added = { key: "ADDED_LATER", value: "by hand", isSecret: true };
        await edit(AMBER, (all) => [...all.filter(({ key }) => key !== OWNERS), added]);
        assert.match(await harness.refusedUp(), /AWS_ACCESS_KEY_ID is already set on amber-orbit-1357/);
        await harness.edit((deployments) => {
            deployments.find(({ name }) => name === AMBER)!.target.force = true;
        });
        await harness.up("--refresh");
        assert.deepEqual(await oursBesideCompanys(AMBER), ["ADDED_LATER", ...OF_VAULT, ...OF_AWS].sort());
    });

    it("say what to do when Houston refuses the token, or the role", async () => {
        const { env } = harness.sandbox;
        const { ASTRONOMER_API_TOKEN: good = "" } = env;
        const { viewer } = harness.sandbox.houston.keys;
        await harness.startingOwnPlugin(async () => {
            env.ASTRONOMER_API_TOKEN = "of-another-installation";
            assert.match(
                await harness.refusedUp(),
                /refuses: .*API key of a service account of this Astronomer installation/,
            );
            env.ASTRONOMER_API_TOKEN = viewer;
            await harness.succeed(["preview"]);
            await harness.edit(([lunar]) => {
                lunar!.backend = { ...vaultBackend, tokenTtl: 600, generation: 3 };
            });
            assert.match(
                await harness.refusedUp(),
                /Cannot write the variables of lunar-tide-5678: .*role Editor or Admin/,
            );
        });
        env.ASTRONOMER_API_TOKEN = good;
        await harness.up();
    });

    it("can take the place of a target on Kubernetes, and give it back", async () => {
        await harness.restoreConfig();
        await harness.keep(SOLAR, LUNAR);
        await harness.up();
        assert.deepEqual(await oursBesideCompanys(AMBER), ["ADDED_LATER"]);
        const id = (await harness.kwargs(SOLAR)).secret_id;
        await harness.edit(([solar, lunar]) => {
            solar!.target = lunar!.target;
        });
        await harness.up();
        assert.equal((await harness.kwargs(SOLAR)).secret_id, id);
        assert.deepEqual([...(await variables(SOLAR)).keys()], OF_VAULT.sort());
    });

    it("are left with what the company has set, to the letter, when the stack is destroyed", async () => {
        await harness.succeed(["destroy", "--yes", "--skip-preview"]);
        assert.deepEqual(await oursBesideCompanys(LUNAR), []);
        assert.deepEqual((await variables(AMBER)).get("ADDED_LATER")?.value, "by hand");
        assert.equal((await variables(SOLAR)).size, 0);
    });
});
