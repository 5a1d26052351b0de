import assert from "node:assert/strict";
import { Harness, lineOf } from "./harness";

const SOLAR = "solar-dust-1234";
const LUNAR = "lunar-tide-5678";
const ROLE = `auth/approle/role/airflow.dev.${SOLAR}`;

describe("a config change of a Vault backend", function () {
    this.timeout(600_000);
    this.slow(60_000);
    let harness: Harness;

    before(async () => {
        harness = await Harness.openAttached(SOLAR, LUNAR);
        await harness.up();
    });
    after(() => harness.close());

    async function login({ role_id, secret_id }: Record<string, unknown>): Promise<boolean> {
        try {
            await harness.vault("POST", "auth/approle/login", { role_id, secret_id });
            return true;
        } catch (error) {
            assert.match(String(error), /answered 400 .*invalid/);
            return false;
        }
    }

    it("moves the policy, kwargs and test secrets together when the scope changes", async () => {
        await harness.edit(([solar]) => {
            solar!.backend.scope = "moved";
        });
        await harness.up();
        const { data } = (await harness.vault("GET", `sys/policies/acl/airflow.dev.${SOLAR}`)) as {
            data: { policy: string };
        };
        assert.deepEqual(data.policy.match(/path "[^"]*"/g), [
            'path "secret/data/moved/variables/*"',
            'path "secret/data/moved/connections/*"',
        ]);
        const kwargs = await harness.kwargs(SOLAR);
        assert.equal(kwargs.variables_path, "moved/variables");
        assert.equal(kwargs.connections_path, "moved/connections");
        assert.deepEqual(await harness.vaultList("secret/metadata"), ["moved/"]);
        assert.deepEqual(await harness.vaultList("secret/metadata/moved/variables"), ["verify_variable"]);
    });

    it("keeps the old credential until the env vars use the new generation", async () => {
        const old = await harness.kwargs(SOLAR);
        await harness.edit(([solar]) => {
            solar!.backend.generation = 2;
        });
        const { stdout } = await harness.up();
        const position = (pattern: RegExp): number => lineOf(stdout, pattern);
        const created = position(/SecretId solar-dust-1234-secret-id-2 created/);
        const moved = [
            position(/WorkloadPatch solar-dust-1234-env-deployment-solar-dust-1234-scheduler updated/),
            position(/WorkloadPatch solar-dust-1234-env-statefulset-solar-dust-1234-worker updated/),
        ];
        const destroyed = position(/SecretId solar-dust-1234-secret-id-1 deleting/);
        assert.ok(
            moved.every((line) => created < line && line < destroyed),
            stdout,
        );

        const now = await harness.kwargs(SOLAR);
        assert.notEqual(now.secret_id, old.secret_id);
        assert.equal(now.role_id, old.role_id);
        assert.equal(await login(now), true);
        assert.equal(await login(old), false);
        assert.equal((await harness.vaultList(`${ROLE}/secret-id`)).length, 1);
    });

    it("warns that a new secretIdTtl applies from the next generation on, and applies it then", async () => {
        await harness.edit(([solar]) => {
            solar!.backend.secretIdTtl = 86_400;
        });
        const { all } = await harness.up();
        assert.match(all, /created with 2592000 s and keeps it.*set generation: 3/);
        await harness.edit(([solar]) => {
            solar!.backend.generation = 3;
        });
        await harness.up();
        const [accessor] = await harness.vaultList(`${ROLE}/secret-id`);
        const { data } = (await harness.vault("POST", `${ROLE}/secret-id-accessor/lookup`, {
            secret_id_accessor: accessor,
        })) as { data: { secret_id_ttl: number; expiration_time: string; metadata: { ends: string } } };
        assert.equal(data.secret_id_ttl, 86_400);
        const difference = Math.abs(Date.parse(data.expiration_time) - Date.parse(data.metadata.ends));
        assert.ok(difference < 60_000, `expiration_time and the metadata differ by ${difference} ms`);
    });

    it("fails if Vault would cap the TTL, and warns if the maximum is unknown", async () => {
        await harness.edit(([solar]) => {
            solar!.backend.secretIdTtl = 7_776_001;
        });
        const refused = await harness.pulumi(["up", "--yes", "--skip-preview"]);
        assert.notEqual(refused.code, 0);
        assert.match(refused.all, /secretIdTtl is 7776001 s, but .* allows 7776000 s at most/);
        assert.doesNotMatch(refused.all, /\n\s+at .*:\d+/);

        await harness.edit(([solar]) => {
            solar!.backend.secretIdTtl = 86_400;
            solar!.backend.approleMount = "approle-untuned";
        });
        assert.match((await harness.up()).all, /"approle-untuned\/" sets no maximum TTL of its own/);
        assert.equal((await harness.kwargs(SOLAR)).auth_mount_point, "approle-untuned");
        assert.deepEqual(await harness.vaultList("auth/approle/role"), ["airflow.dev.lunar-tide-5678"]);
    });

    it("fails if the AppRole mount does not exist", async () => {
        await harness.edit(([solar]) => {
            solar!.backend.approleMount = "nowhere";
        });
        const { code, all } = await harness.pulumi(["preview"]);
        assert.notEqual(code, 0);
        assert.match(all, /approleMount "nowhere": there is no auth method at that path/);
    });

    it("deletes all resources of a Deployment that was removed from the config", async () => {
        await harness.restoreConfig();
        await harness.keep(LUNAR);
        await harness.up();
        assert.deepEqual(await harness.vaultList("secret/metadata"), []);
        assert.deepEqual(await harness.vaultList("auth/approle-untuned/role"), []);
        assert.deepEqual(await harness.resolvedEnv(SOLAR), {});
    });
});
