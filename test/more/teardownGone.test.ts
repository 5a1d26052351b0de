import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { deleteDeployment } from "../../sandbox/company/deploymentVariables";
import { projectDir } from "../../sandbox/paths";
import { AwsAccount } from "../sandbox/aws";
import { AzureSubscription } from "../sandbox/azure";
import { Harness, type DeploymentEntry } from "../sandbox/harness";
import { TestStacks } from "../sandbox/testStacks";

/** Vault and Astronomer. */
const LUNAR = "lunar-tide-5678";
/** AWS and Astronomer. */
const AMBER = "amber-orbit-1357";
const INDIGO = "indigo-pulsar-1618";
const PAST = "2026-01-01T00:00:00Z";

describe("teardown of a stack with resources that were deleted by hand", function () {
    this.timeout(600_000);
    this.slow(60_000);
    let harness: Harness;
    let stacks: TestStacks;
    let azure: AzureSubscription;
    let all: DeploymentEntry[];

    before(async () => {
        harness = await Harness.openAttached(INDIGO, LUNAR, AMBER);
        stacks = await TestStacks.open(harness);
        azure = await AzureSubscription.open(harness.sandbox);
        const file = parse(await readFile(join(projectDir, "Pulumi.dev.yaml"), "utf8")) as {
            config: Record<string, DeploymentEntry[]>;
        };
        all = file.config["airflow-secrets-backends:deployments"] ?? [];
    });
    after(async () => {
        await azure.close();
        await harness.close();
    });

    const entries = (...names: readonly string[]): DeploymentEntry[] => all.filter(({ name }) => names.includes(name));

    it("leaves nothing after its app registration and Key Vault were deleted", async () => {
        await stacks.up("pr-1", PAST, entries(INDIGO));
        const [app] = await azure.applications();
        const [vault = ""] = await azure.vaults();
        await azure.graph("DELETE", `applications/${app?.id ?? ""}`);
        await azure.inVault("DELETE", vault);
        const { code, stdout, all: output } = await stacks.teardown("--expired");
        assert.equal(code, 0, output);
        assert.match(stdout, /^pr-1 .*destroyed/m);
        assert.deepEqual([await azure.vaults(), await azure.deletedVaults()], [[], []]);
        assert.deepEqual(await stacks.names(), ["dev"]);
    });

    it("leaves nothing after its client secret was removed", async () => {
        await stacks.up("pr-1", PAST, entries(INDIGO));
        const [app] = await azure.applications();
        for (const { keyId } of app?.passwordCredentials ?? []) {
            await azure.graph("POST", `applications/${app?.id ?? ""}/removePassword`, { keyId });
        }
        const { code, all: output } = await stacks.teardown("--expired");
        assert.equal(code, 0, output);
        assert.deepEqual(await azure.applications(), []);
    });

    it("leaves no credential of Deployments that were deleted in Astronomer", async () => {
        const { env, houston } = harness.sandbox;
        const aws = new AwsAccount(env);
        await stacks.up("pr-1", PAST, entries(LUNAR, AMBER));
        await deleteDeployment(houston, LUNAR);
        await stacks.setDeployments("pr-1", entries(AMBER));
        const up = await stacks.upAgain("pr-1");
        assert.match(up, /lunar-tide-5678 was deleted in Astronomer: its Workspace does not list it any more/);
        assert.deepEqual(await harness.vaultList("auth/approle/role"), []);

        await deleteDeployment(houston, AMBER);
        await harness.startingOwnPlugin(async () => {
            const { ASTRONOMER_API_TOKEN: token = "" } = env;
            // Of a service account of one Deployment: it cannot list the Workspace.
            env.ASTRONOMER_API_TOKEN = houston.keys.oneDeployment;
            const { code, stdout } = await stacks.teardown("--expired");
            assert.equal(code, 1);
            assert.match(stdout, /^pr-1 .* left .* again with ASTRONOMER_DELETED_DEPLOYMENTS=amber-orbit-1357/m);
            assert.equal((await aws.users()).length, 1);
            env.ASTRONOMER_DELETED_DEPLOYMENTS = AMBER;
            const { code: second, all: output } = await stacks.teardown("--expired");
            delete env.ASTRONOMER_DELETED_DEPLOYMENTS;
            env.ASTRONOMER_API_TOKEN = token;
            assert.equal(second, 0, output);
            assert.match(output, /amber-orbit-1357 was deleted in Astronomer, says ASTRONOMER_DELETED_DEPLOYMENTS/);
        });
        assert.deepEqual(await aws.users(), []);
        assert.deepEqual(await stacks.names(), ["dev"]);
    });
});
