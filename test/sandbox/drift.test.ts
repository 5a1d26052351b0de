import assert from "node:assert/strict";
import { AwsAccount, keyIn } from "./aws";
import { AzureSubscription, azureLoginIn } from "./azure";
import { CRIMSON, driftRounds, INDIGO, JADE, LUNAR, SILVER, SOLAR, UserName, VIOLET, type Places } from "./driftRounds";
import { GoogleProject } from "./google";
import { Harness, type Result } from "./harness";

/** Pulumi's exit code when `--expect-no-changes` finds some. */
const CHANGES = 7;

describe("what somebody takes away by hand", function () {
    this.timeout(600_000);
    this.slow(60_000);
    const at = {} as Places;

    before(async () => {
        at.harness = await Harness.openAttached(SOLAR, LUNAR, CRIMSON, SILVER, VIOLET, INDIGO, JADE);
        at.aws = new AwsAccount(at.harness.sandbox.env);
        at.google = await GoogleProject.open(at.harness.sandbox);
        at.azure = await AzureSubscription.open(at.harness.sandbox);
        await at.harness.up();
    });
    after(async () => {
        await at.azure.close();
        await at.google.close();
        await at.harness.close();
    });

    driftRounds(at).forEach((cases, index) => {
        describe(`of round ${index + 1}`, () => {
            let seen: Result;
            let repaired: Result;

            before(async () => {
                for (const [, takeAway] of Object.values(cases)) {
                    await takeAway();
                }
                seen = await at.harness.pulumi(["preview", "--refresh", "--expect-no-changes", "--json"]);
                await at.harness.up("--refresh");
                repaired = await at.harness.pulumi(["preview", "--refresh", "--expect-no-changes", "--json"]);
            });

            for (const [what, [resource]] of Object.entries(cases)) {
                it(`is seen and repaired: ${what}`, () => {
                    assert.equal(seen.code, CHANGES, seen.all);
                    assert.ok(changed(seen).includes(resource), changed(seen).join(", "));
                    assert.ok(!changed(repaired).includes(resource), changed(repaired).join(", "));
                });
            }

            it("is all that was to be repaired", () => {
                assert.equal(repaired.code, 0, repaired.all);
            });
        });
    });

    /** Names of the resources that the next `up` would do something about. */
    function changed({ stdout }: Result): string[] {
        const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string }[] };
        return steps
            .filter(({ op }) => op !== "same" && op !== "refresh")
            .map(({ urn }) => urn.split("::").at(-1) ?? "");
    }

    // A suite of its own: tests that stand beside suites run before them.
    describe("when all is repaired", () => {
        it("leaves credentials that work", async () => {
            assert.equal(await at.aws.userOf(keyIn(await at.harness.resolvedEnv(CRIMSON))), UserName);
            for (const name of [INDIGO, JADE]) {
                const login = azureLoginIn(await at.harness.resolvedEnv(name));
                const path = `secrets/${name}-airflow-variables-verify-variable`;
                const { body } = await at.azure.vault("GET", login.vault, path, { login });
                assert.equal((body as { value: string }).value, "my-test-variable");
            }
            const { role_id, secret_id } = await at.harness.kwargs(SOLAR);
            const { auth } = (await at.harness.vault("POST", "auth/approle/login", { role_id, secret_id })) as {
                auth: { token_type: string; policies: string[] };
            };
            assert.equal(auth.token_type, "batch");
            assert.deepEqual(auth.policies.sort(), [`airflow.dev.${SOLAR}`, "default"]);
        });
    });
});
