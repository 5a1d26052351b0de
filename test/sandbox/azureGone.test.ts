import assert from "node:assert/strict";
import { AzureSubscription, azureLoginIn } from "./azure";
import { Harness } from "./harness";

const INDIGO = "indigo-pulsar-1618";
const APP_NAME = `airflow.dev.${INDIGO}`;
const VAULT = "https://vault.azure.net";

describe("what is in Azure otherwise than the state of an Azure backend says", function () {
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
    const refreshed = (...args: string[]) => harness.succeed([...args, "--refresh", "--yes", "--skip-preview"]);

    describe("when an up was cut off", () => {
        it("says in the preview that there is an app registration of the name, and goes on when that is deleted", async () => {
            const { body } = await azure.graph("POST", "applications", { displayName: APP_NAME });
            const advice = new RegExp(`There is an app registration "${APP_NAME}" already`);
            const preview = await harness.pulumi(["preview"]);
            assert.notEqual(preview.code, 0, preview.all);
            assert.match(preview.all, advice);
            assert.match(await harness.refusedUp(), advice);
            await azure.graph("DELETE", `applications/${(body as { id: string }).id}`);
            // With this much done it is cut off again, and its service principal comes to no state.
            await harness.up("--target", `**${INDIGO}-app`);
            const { appId } = await azure.application(INDIGO);
            await azure.graph("POST", "servicePrincipals", { appId });
            await harness.up();
            assert.ok((await azure.logIn(await loginOf(), VAULT)).token);
            await harness.succeed(["preview", "--expect-no-changes"]);
        });
    });

    describe("when it is gone", () => {
        it("lets a rotation go on, whose old client secret was removed", async () => {
            await azure.removePasswords(INDIGO);
            await edit({ generation: 2 });
            assert.match(
                await harness.refusedUp(),
                /"indigo-pulsar-1618-client-secret-1" is gone already.* Run pulumi up --refresh/,
            );
            assert.ok((await azure.logIn(await loginOf(), VAULT)).token, "the env vars have the new one by then");
            await refreshed("up");
            await harness.succeed(["preview", "--expect-no-changes"]);
            const { passwordCredentials } = await azure.application(INDIGO);
            assert.deepEqual(
                passwordCredentials.map(({ displayName }) => displayName),
                ["generation 2"],
            );
        });

        it("is destroyed without its client secret and its service principal", async () => {
            await azure.removePasswords(INDIGO);
            await azure.graph("DELETE", `servicePrincipals/${await azure.principal(INDIGO)}`);
            await harness.succeed(["destroy", "--yes", "--skip-preview"]);
            assert.deepEqual(await azure.applications(), []);
        });

        it("is destroyed without its app registration and its Key Vault", async () => {
            await harness.up();
            const { vault } = await loginOf();
            await azure.graph("DELETE", `applications/${(await azure.application(INDIGO)).id}`);
            await azure.inVault("DELETE", vault);
            await refreshed("destroy");
            assert.deepEqual((await harness.state()).resources, []);
        });
    });

    // Last: mocha runs a suite's own tests before those of the suites in it.
    describe("when it comes back", () => {
        it("is refused where a deleted Key Vault decides in another way", async () => {
            await edit({ authorization: "rbac" });
            assert.match(
                await harness.refusedUp(),
                /Key Vault "af-indigo-pulsa-\w+" was deleted, and came back as it was: it is set up for access-policy/,
            );
        });
    });
});
