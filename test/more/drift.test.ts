import assert from "node:assert/strict";
import { AwsAccount, keyIn } from "../sandbox/aws";
import { AzureSubscription, azureLoginIn } from "../sandbox/azure";
import {
    CRIMSON,
    driftRounds,
    INDIGO,
    JADE,
    LUNAR,
    SILVER,
    SOLAR,
    VIOLET,
    type Services,
} from "../sandbox/driftRounds";
import { GoogleProject } from "../sandbox/google";
import { Harness, type Result } from "../sandbox/harness";
import { identityName } from "../sandbox/identityName";

/** Pulumi's exit code if `--expect-no-changes` finds changes. */
const CHANGES = 7;

describe("drift", function () {
    this.timeout(600_000);
    this.slow(60_000);
    const services = {} as Services;

    before(async () => {
        services.harness = await Harness.openAttached(SOLAR, LUNAR, CRIMSON, SILVER, VIOLET, INDIGO, JADE);
        services.aws = new AwsAccount(services.harness.sandbox.env);
        services.google = await GoogleProject.open(services.harness.sandbox);
        services.azure = await AzureSubscription.open(services.harness.sandbox);
        const [solar, crimson] = [SOLAR, CRIMSON].map((name) => identityName(services.harness, name));
        services.identities = { solar: await solar!, crimson: await crimson! };
        await services.harness.up();
    });
    after(async () => {
        await services.azure.close();
        await services.google.close();
        await services.harness.close();
    });

    driftRounds(services).forEach((cases, index) => {
        describe(`in round ${index + 1}`, () => {
            let detected: Result;
            let repaired: Result;

            before(async () => {
                for (const [, causeDrift] of Object.values(cases)) {
                    await causeDrift();
                }
                detected = await services.harness.pulumi(["preview", "--refresh", "--expect-no-changes", "--json"]);
                await services.harness.up("--refresh");
                repaired = await services.harness.pulumi(["preview", "--refresh", "--expect-no-changes", "--json"]);
            });

            for (const [what, [resource]] of Object.entries(cases)) {
                it(`is detected and repaired: ${what}`, () => {
                    assert.equal(detected.code, CHANGES, detected.all);
                    assert.ok(changed(detected).includes(resource), changed(detected).join(", "));
                    assert.ok(!changed(repaired).includes(resource), changed(repaired).join(", "));
                });
            }

            it("is repaired completely", () => {
                assert.equal(repaired.code, 0, repaired.all);
            });
        });
    });

    /** Returns the names, without hashes, of the resources that the next `up` would change. */
    function changed({ stdout }: Result): string[] {
        const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string }[] };
        return steps
            .filter(({ op }) => op !== "same" && op !== "refresh")
            .map(({ urn }) => (urn.split("::").at(-1) ?? "").replace(/\.[0-9a-f]{8}\./, "."));
    }

    // Runs last. It is a suite, because mocha runs a suite's own tests before its nested suites.
    describe("after the repair", () => {
        it("leaves working credentials", async () => {
            assert.equal(
                await services.aws.userOf(keyIn(await services.harness.resolvedEnv(CRIMSON))),
                services.identities.crimson,
            );
            for (const name of [INDIGO, JADE]) {
                const login = azureLoginIn(await services.harness.resolvedEnv(name));
                const path = `secrets/${name}-airflow-variables-verify-variable`;
                const { body } = await services.azure.vault("GET", login.vault, path, { login });
                assert.equal((body as { value: string }).value, "my-test-variable");
            }
            const { role_id, secret_id } = await services.harness.kwargs(SOLAR);
            const { auth } = (await services.harness.vault("POST", "auth/approle/login", { role_id, secret_id })) as {
                auth: { token_type: string; policies: string[] };
            };
            assert.equal(auth.token_type, "batch");
            assert.deepEqual(auth.policies.sort(), [services.identities.solar, "default"]);
        });
    });
});
