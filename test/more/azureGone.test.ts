import assert from "node:assert/strict";
import { AzureSubscription, azureLoginIn } from "../sandbox/azure";
import { Harness } from "../sandbox/harness";
import { identityName } from "../sandbox/identityName";

const INDIGO = "indigo-pulsar-1618";
const VAULT = "https://vault.azure.net";

describe("an Azure backend whose resources differ from the state", function () {
    this.timeout(600_000);
    this.slow(60_000);
    let harness: Harness;
    let azure: AzureSubscription;

    before(async () => {
        harness = await Harness.openAttached(INDIGO);
        azure = await AzureSubscription.open(harness.sandbox);
    });
    after(async () => {
        await azure.close();
        await harness.close();
    });

    async function edit(backend: Record<string, unknown>): Promise<void> {
        await harness.edit(([deployment]) => Object.assign(deployment!.backend, backend));
    }

    const loginOf = async () => azureLoginIn(await harness.resolvedEnv(INDIGO));
    const withRefresh = (...args: string[]) => harness.succeed([...args, "--refresh", "--yes", "--skip-preview"]);

    describe("when an up was interrupted", () => {
        it("reports an existing app registration in the preview, and succeeds once it is deleted", async () => {
            const displayName = await identityName(harness, INDIGO);
            const { body } = await azure.graph("POST", "applications", { displayName });
            const advice = new RegExp(
                `the app registration "${displayName}" already exists, and it is not known whose it is`,
            );
            const preview = await harness.pulumi(["preview"]);
            assert.notEqual(preview.code, 0, preview.all);
            assert.match(preview.all, advice);
            assert.match(await harness.failedUp(), advice);
            await azure.graph("DELETE", `applications/${(body as { id: string }).id}`);
            // Interrupted again: the service principal exists in Azure, but not in the state.
            await harness.up("--target", `**:AzureKeyVaultBackend::${INDIGO}`, "--target", `**${INDIGO}.*.app`);
            const { appId } = await azure.application(INDIGO);
            await azure.graph("POST", "servicePrincipals", { appId });
            await harness.up();
            assert.ok((await azure.logIn(await loginOf(), VAULT)).token);
        });
    });

    describe("when resources were deleted", () => {
        it("can rotate although the old client secret was removed", async () => {
            await azure.removePasswords(INDIGO);
            await harness.age({ days: 90 });
            await harness.up();
            assert.ok((await azure.logIn(await loginOf(), VAULT)).token);
            await harness.age({ days: 2 });
            assert.match(
                await harness.failedUp(),
                /"indigo-pulsar-1618\.\w+\.client-secret\.1" no longer exists.* Run pulumi refresh/,
            );
            await withRefresh("up");
            await harness.succeed(["preview", "--expect-no-changes"]);
            const { passwordCredentials } = await azure.application(INDIGO);
            assert.deepEqual(
                passwordCredentials.map(({ displayName }) => displayName),
                ["generation 2"],
            );
        });

        it("can be destroyed without its client secret and its service principal", async () => {
            await azure.removePasswords(INDIGO);
            await azure.graph("DELETE", `servicePrincipals/${await azure.principal(INDIGO)}`);
            await harness.succeed(["destroy", "--yes", "--skip-preview"]);
            assert.deepEqual(await azure.applications(), []);
        });

        it("can be destroyed without its app registration and its Key Vault", async () => {
            await harness.up();
            const { vault } = await loginOf();
            await azure.graph("DELETE", `applications/${(await azure.application(INDIGO)).id}`);
            await azure.inVault("DELETE", vault);
            await withRefresh("destroy");
            assert.deepEqual((await harness.state()).resources, []);
        });
    });

    // Runs last. It is a suite, because mocha runs a suite's own tests before its nested suites.
    describe("when it is created again", () => {
        it("fails if the soft-deleted Key Vault has the other permission model", async () => {
            await edit({ authorization: "rbac" });
            assert.match(
                await harness.failedUp(),
                /Key Vault "af-indigo-pulsa-\w+" was deleted, and was recovered with its old settings: it is set up for access-policy/,
            );
        });
    });
});
