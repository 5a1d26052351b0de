import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { projectDir } from "../../sandbox/paths";
import { AzureSubscription } from "./azure";
import { Harness, type DeploymentEntry } from "./harness";
import { TestStacks } from "./testStacks";

const INDIGO = "indigo-pulsar-1618";
const PAST = "2026-01-01T00:00:00Z";

describe("teardown of a stack with resources that were deleted by hand", function () {
    this.timeout(600_000);
    this.slow(60_000);
    let harness: Harness;
    let stacks: TestStacks;
    let azure: AzureSubscription;
    let indigo: DeploymentEntry[];

    before(async () => {
        harness = await Harness.openAttached(INDIGO);
        stacks = await TestStacks.open(harness);
        azure = await AzureSubscription.open(harness.sandbox);
        const file = parse(await readFile(join(projectDir, "Pulumi.dev.yaml"), "utf8")) as {
            config: Record<string, DeploymentEntry[]>;
        };
        const all = file.config["airflow-secrets-backends:deployments"] ?? [];
        indigo = all.filter(({ name }) => name === INDIGO);
    });
    after(async () => {
        await azure.close();
        await harness.close();
    });

    it("leaves nothing after its app registration and Key Vault were deleted", async () => {
        await stacks.up("pr-1", PAST, indigo);
        const [app] = await azure.applications();
        const [vault = ""] = await azure.vaults();
        await azure.graph("DELETE", `applications/${app?.id ?? ""}`);
        await azure.inVault("DELETE", vault);
        const { code, stdout, all } = await stacks.teardown("--expired");
        assert.equal(code, 0, all);
        assert.match(stdout, /^pr-1 .*destroyed/m);
        assert.deepEqual([await azure.vaults(), await azure.deletedVaults()], [[], []]);
        assert.deepEqual(await stacks.names(), ["dev"]);
    });

    it("leaves nothing after its client secret was removed", async () => {
        await stacks.up("pr-1", PAST, indigo);
        const [app] = await azure.applications();
        for (const { keyId } of app?.passwordCredentials ?? []) {
            await azure.graph("POST", `applications/${app?.id ?? ""}/removePassword`, { keyId });
        }
        const { code, all } = await stacks.teardown("--expired");
        assert.equal(code, 0, all);
        assert.deepEqual(await azure.applications(), []);
    });
});
