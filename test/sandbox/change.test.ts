import assert from "node:assert/strict";
import type { KubernetesObject } from "@kubernetes/client-node";
import { Harness, lineOf } from "./harness";
import { identityName } from "./identityName";

const SOLAR = "solar-dust-1234";
const LUNAR = "lunar-tide-5678";
const POLICIES = "sys/policies/acl";
const ROLES = "auth/approle/role";
const DAY = 86_400;
/** The default of `secretIdTtl`, and a longer one. */
const [TTL, LONGER_TTL] = [30 * DAY, 40 * DAY];

/** The tests follow the life of a stack, so each depends on the one before. */
describe("a config change of a Vault backend", function () {
    this.timeout(600_000);
    this.slow(60_000);
    this.bail(true);
    let harness: Harness;
    /** The Deployment's identity with its first scope, and what its pods have. */
    let first: { readonly name: string; readonly kwargs: Record<string, unknown> };
    /** Its identity with scope `moved`. */
    let moved: typeof first;

    before(async () => {
        harness = await Harness.openAttached(SOLAR, LUNAR);
        await harness.up();
        first = await current();
    });
    after(() => harness.close());

    const current = async (): Promise<typeof first> => ({
        name: await identityName(harness, SOLAR),
        kwargs: await harness.kwargs(SOLAR),
    });

    const backend = (change: object): Promise<void> =>
        harness.edit(([solar]) => {
            Object.assign(solar!.backend, change);
        });

    /** Returns whether a pod with these kwargs can read the test variable: logs in and reads as Airflow does. */
    async function canRead(kwargs: Record<string, unknown>): Promise<boolean> {
        const { role_id, secret_id, mount_point, variables_path, auth_mount_point } = kwargs;
        try {
            const path = `auth/${String(auth_mount_point)}/login`;
            const { auth } = (await harness.vault("POST", path, { role_id, secret_id })) as {
                auth: { client_token: string };
            };
            const variable = `${String(mount_point)}/data/${String(variables_path)}/verify_variable`;
            await harness.vaultAs(auth.client_token, "GET", variable);
            return true;
        } catch (error) {
            assert.match(String(error), /answered 400 .*invalid/);
            return false;
        }
    }

    async function paths(policy: string): Promise<string[] | null> {
        const { data } = (await harness.vault("GET", `${POLICIES}/${policy}`)) as { data: { policy: string } };
        return data.policy.match(/path "[^"]*"/g);
    }

    /** Returns the Deployment's identities in Vault. */
    const identities = async (): Promise<string[]> =>
        (await harness.vaultList(POLICIES)).filter((name) => name.startsWith(`airflow.dev.${SOLAR}.`));

    /** Returns the logical names of the Deployment's env Secrets in Kubernetes. */
    async function envSecrets(): Promise<string[]> {
        const { items } = await harness.kubernetes.list<KubernetesObject>("v1", "Secret", `airflow-${SOLAR}`);
        const names = items.map(({ metadata }) => metadata?.name ?? "");
        return names.flatMap((name) => /\.env\.\d+/.exec(name) ?? []).sort();
    }

    it("is refused if secrets are only in the old place, or if another Deployment takes that place at once", async () => {
        await harness.vault("POST", `secret/data/${SOLAR}/variables/team/api`, { data: { value: "company" } });
        await harness.edit(([solar, lunar]) => {
            Object.assign(solar!.backend, { scope: "moved" });
            Object.assign(lunar!.backend, { mount: "secret", kvVersion: 2, scope: SOLAR });
        });
        const output = await harness.failedUp();
        assert.match(
            output,
            new RegExp(
                `Deployment "${SOLAR}": .* a secret is in the old place only, .*: variable "team/api"\\. Copy what`,
            ),
        );
        assert.match(
            output,
            new RegExp(
                `Deployment "${LUNAR}": it would read "secret/data/${SOLAR}/variables/", and the previous identity of Deployment ` +
                    `"${SOLAR}" may read "secret/data/${SOLAR}/variables/" until `,
            ),
        );
        assert.doesNotMatch(output, /could not be compared/);
        await harness.restoreConfig();
        await harness.vault("DELETE", `secret/metadata/${SOLAR}/variables/team/api`);
    });

    it("gets another identity with its policy, kwargs and test secrets beside the old one for another scope", async () => {
        await backend({ scope: "moved" });
        await harness.up();
        moved = await current();
        assert.deepEqual(await paths(moved.name), [
            'path "secret/data/moved/variables/*"',
            'path "secret/data/moved/connections/*"',
        ]);
        assert.equal(moved.kwargs.variables_path, "moved/variables");
        assert.equal(moved.kwargs.connections_path, "moved/connections");
        assert.notEqual(moved.kwargs.role_id, first.kwargs.role_id);
        assert.deepEqual(await harness.vaultList("secret/metadata/moved/variables"), ["verify_variable"]);

        assert.deepEqual(await paths(first.name), [
            `path "secret/data/${SOLAR}/variables/*"`,
            `path "secret/data/${SOLAR}/connections/*"`,
        ]);
        assert.deepEqual(await harness.vaultList("secret/metadata"), ["moved/", `${SOLAR}/`]);
        assert.deepEqual(await Promise.all([first, moved].map(({ kwargs }) => canRead(kwargs))), [true, true]);
        assert.deepEqual(await envSecrets(), [".env.1", ".env.1"]);
    });

    it("warns that a new secretIdTtl applies from the next rotation on, and keeps the credential", async () => {
        await backend({ secretIdTtl: LONGER_TTL });
        const { all } = await harness.up();
        assert.match(all, new RegExp(`created with ${TTL} s and keeps it. The next rotation creates one with the new`));
        assert.deepEqual(await harness.kwargs(SOLAR), moved.kwargs);
    });

    it("rotates after 20 days, keeps the old credential, and deletes the identity that was left before", async () => {
        await harness.age({ days: 20 });
        const { stdout } = await harness.up();
        const logicalName = ({ name }: typeof first): string => name.replace("airflow.dev.", "");
        const position = (pattern: string): number => lineOf(stdout, new RegExp(pattern));
        const created = position(`SecretId ${logicalName(moved)}\\.secret-id\\.2 created`);
        const set = [
            position(`WorkloadPatch ${SOLAR}.env-deployment-${SOLAR}-scheduler updated`),
            position(`WorkloadPatch ${SOLAR}.env-statefulset-${SOLAR}-worker updated`),
        ];
        const deleted = position(`AuthBackendRole ${logicalName(first)}\\.role deleting`);
        assert.ok(
            set.every((line) => created < line && line < deleted),
            stdout,
        );
        assert.doesNotMatch(stdout, new RegExp(`${logicalName(moved)}\\S* delet`));

        const now = await harness.kwargs(SOLAR);
        assert.notEqual(now.secret_id, moved.kwargs.secret_id);
        assert.equal(now.role_id, moved.kwargs.role_id);
        const { data } = (await harness.vault("POST", `${ROLES}/${moved.name}/secret-id/lookup`, {
            secret_id: now.secret_id,
        })) as { data: { secret_id_ttl: number; expiration_time: string; metadata: { ends: string } } };
        assert.equal(data.secret_id_ttl, LONGER_TTL);
        const difference = Math.abs(Date.parse(data.expiration_time) - Date.parse(data.metadata.ends));
        assert.ok(difference < 60_000, `expiration_time and the metadata differ by ${difference} ms`);

        assert.deepEqual(await Promise.all([first.kwargs, moved.kwargs, now].map(canRead)), [false, true, true]);
        assert.deepEqual(await identities(), [moved.name]);
        assert.deepEqual(await harness.vaultList("secret/metadata"), ["moved/"]);
        assert.deepEqual(await envSecrets(), [".env.1", ".env.2"]);
    });

    it("has no changes during the overlap, and deletes the old credential after it", async () => {
        await harness.succeed(["preview", "--expect-no-changes"]);
        const now = await harness.kwargs(SOLAR);
        await harness.age({ days: 2 });
        await harness.up();
        assert.deepEqual(await harness.kwargs(SOLAR), now);
        assert.deepEqual(await Promise.all([moved.kwargs, now].map(canRead)), [false, true]);
        assert.equal((await harness.vaultList(`${ROLES}/${moved.name}/secret-id`)).length, 1);
        assert.deepEqual(await envSecrets(), [".env.2"]);
    });

    it("fails if Vault would cap the TTL, or if the AppRole mount does not exist", async () => {
        await harness.edit(([solar, lunar]) => {
            solar!.backend.secretIdTtl = 7_776_001;
            lunar!.backend.authMount = "nowhere";
        });
        const output = await harness.failedUp();
        assert.match(output, /secretIdTtl is 7776001 s, but .* allows 7776000 s at most/);
        assert.match(output, /authMount "nowhere": there is no auth method at that path/);
        assert.doesNotMatch(output, /\n\s+at .*:\d+/);
    });

    it("gets another identity on another AppRole mount, and a warning if the mount's maximum TTL is unknown", async () => {
        await harness.restoreConfig();
        await backend({ scope: "moved", authMount: "approle-untuned" });
        const before = await harness.kwargs(SOLAR);
        assert.match((await harness.up()).all, /"approle-untuned\/" sets no maximum TTL of its own/);
        const now = await current();
        assert.equal(now.kwargs.auth_mount_point, "approle-untuned");
        assert.deepEqual(await harness.vaultList("auth/approle-untuned/role"), [now.name]);
        assert.deepEqual(await harness.vaultList(ROLES), [await identityName(harness, LUNAR), moved.name]);
        assert.deepEqual(await Promise.all([before, now.kwargs].map(canRead)), [true, true]);
    });

    it("deletes all resources of a Deployment that was removed from the config, without an overlap", async () => {
        await harness.restoreConfig();
        await harness.keep(LUNAR);
        await harness.up();
        assert.deepEqual(await harness.vaultList("secret/metadata"), []);
        assert.deepEqual(await harness.vaultList("auth/approle-untuned/role"), []);
        assert.deepEqual(await harness.vaultList(ROLES), [await identityName(harness, LUNAR)]);
        assert.deepEqual(await harness.resolvedEnv(SOLAR), {});
        assert.deepEqual(await envSecrets(), []);
    });
});
