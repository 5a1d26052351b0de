import assert from "node:assert/strict";
import type { KubernetesObject } from "@kubernetes/client-node";
import { Harness } from "./harness";

const SOLAR = "solar-dust-1234";
const LUNAR = "lunar-tide-5678";
const VARIABLE = "AIRFLOW__SECRETS__BACKEND";
const namespace = `airflow-${SOLAR}`;
const scheduler = { kind: "Deployment", namespace, name: `${SOLAR}-scheduler` };
const worker = { kind: "StatefulSet", namespace, name: `${SOLAR}-worker` };
const role = `auth/approle/role/airflow.dev.${SOLAR}`;

/** Pulumi's exit code when `--expect-no-changes` finds some. */
const CHANGES = 7;

describe("what somebody takes away by hand", function () {
    this.timeout(600_000);
    this.slow(60_000);
    let harness: Harness;

    before(async () => {
        harness = await Harness.open();
        await harness.up();
    });
    after(() => harness.close());

    async function deleteEnvSecret(): Promise<void> {
        const { items } = await harness.kubernetes.list<KubernetesObject>("v1", "Secret", namespace);
        const secret = items.find(({ metadata }) => metadata?.name?.startsWith(`${SOLAR}-env-`));
        await harness.kubernetes.delete({
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name: secret?.metadata?.name ?? "", namespace },
        });
    }

    const cases: Record<string, () => Promise<unknown>> = {
        "the policy": () => harness.vault("DELETE", `sys/policies/acl/airflow.dev.${SOLAR}`),
        "the AppRole": () => harness.vault("DELETE", role),
        "the secret id": async () => {
            const [accessor] = await harness.vaultList(`${role}/secret-id`);
            await harness.vault("POST", `${role}/secret-id-accessor/destroy`, { secret_id_accessor: accessor });
        },
        "a secret on KV v2": () => harness.vault("DELETE", `secret/metadata/${SOLAR}/variables/verify_variable`),
        "a secret on KV v1": () => harness.vault("DELETE", `kv/${LUNAR}/connections/verify_connection_json`),
        "the Secret in Kubernetes": deleteEnvSecret,
        "an env entry of a Deployment": () => harness.removeEnv(scheduler, "scheduler", VARIABLE),
        "an env entry of a StatefulSet": () => harness.removeEnv(worker, "worker", VARIABLE),
    };
    for (const [what, takeAway] of Object.entries(cases)) {
        it(`is seen and repaired: ${what}`, async () => {
            await takeAway();
            const seen = await harness.pulumi(["preview", "--refresh", "--expect-no-changes"]);
            assert.equal(seen.code, CHANGES, seen.all);
            await harness.up("--refresh");
            await harness.succeed(["preview", "--refresh", "--expect-no-changes"]);
        });
    }

    it("leaves a credential that works in the end", async () => {
        const { role_id, secret_id } = await harness.kwargs(SOLAR);
        const { auth } = (await harness.vault("POST", "auth/approle/login", { role_id, secret_id })) as {
            auth: { token_type: string; policies: string[] };
        };
        assert.equal(auth.token_type, "batch");
        assert.deepEqual(auth.policies.sort(), [`airflow.dev.${SOLAR}`, "default"]);
    });
});
