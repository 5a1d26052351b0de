import assert from "node:assert/strict";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { projectDir } from "../../sandbox/paths";
import type { AccountKey } from "../../components/gcp/client";
import { accountKeyIn, GoogleProject } from "../sandbox/google";
import { Harness, lineOf } from "../sandbox/harness";

const ACCESSOR = "roles/secretmanager.secretAccessor";
const VIOLET = "violet-meteor-3141";
const COPPER = "copper-aurora-2718";

/** The tests follow the life of a stack, so each depends on the one before. */
describe("a config change of a Google Cloud backend", function () {
    this.timeout(600_000);
    this.slow(60_000);
    this.bail(true);
    let harness: Harness;
    let google: GoogleProject;
    /** The key that the pods had with the first scope. */
    let left: AccountKey;

    before(async () => {
        harness = await Harness.openAttached(VIOLET, COPPER);
        google = await GoogleProject.open(harness.sandbox);
        await harness.edit((deployments) => {
            const copper = deployments.find(({ name }) => name === COPPER)!;
            Object.assign(copper, { rotation: { every: "never" } });
        });
    });
    after(async () => {
        await google.close();
        await harness.close();
    });

    function edit(change: { backend?: Record<string, unknown>; testSecrets?: boolean }): Promise<void> {
        return harness.edit((deployments) => {
            const violet = deployments.find(({ name }) => name === VIOLET)!;
            Object.assign(violet.backend, change.backend);
            violet.testSecrets = change.testSecrets ?? true;
        });
    }

    const keyOf = async (): Promise<AccountKey> => accountKeyIn(await harness.kwargs(VIOLET));

    /** Whether a pod with this key can read the test variable of the scope. */
    async function canRead(key: AccountKey, scope: string): Promise<boolean> {
        const name = `projects/${GoogleProject.id}/secrets/${scope}-airflow-variables-verify_variable/versions/latest`;
        const client = google.as(key);
        try {
            const [{ payload }] = await client.accessSecretVersion({ name }, { retry: null });
            return payload?.data !== undefined;
        } catch (error) {
            assert.match(String(error), /16 UNAUTHENTICATED|7 PERMISSION_DENIED/);
            return false;
        } finally {
            await client.close();
        }
    }

    it("fails for a missing project, and creates nothing", async () => {
        await edit({ backend: { project: "another-project" } });
        const all = await harness.failedUp();
        assert.match(all, /Cannot read Google Cloud project "another-project": .*Nothing was changed/s);
        assert.doesNotMatch(all, /\n\s+at .*:\d+/, "a message, not a stack trace");
        assert.deepEqual(await google.accounts(), []);
        await edit({ backend: { project: GoogleProject.id } });
    });

    it("says what to do about an existing secret, and succeeds afterwards", async () => {
        const parent = `projects/${GoogleProject.id}`;
        const secretId = `${VIOLET}-airflow-variables-verify_variable`;
        await google.secretManager.createSecret({ parent, secretId, secret: { replication: { automatic: {} } } });
        assert.match(
            await harness.failedUp(),
            /the secret "violet-meteor-3141-airflow-variables-verify_variable" in project \S+ already exists, and it is not known/,
        );
        await google.secretManager.deleteSecret({ name: `${parent}/secrets/${secretId}` });
        await harness.up();
    });

    it("says what to do if the organisation forbids keys, keeps the one in use, and rotates and replicates elsewhere afterwards", async () => {
        const old = await keyOf();
        await google.forbidKeys(true);
        await harness.age({ days: 60 });
        assert.match(await harness.failedUp(), /organisation forbids service account keys .*login: workload-identity/s);
        assert.deepEqual(await keyOf(), old);
        await google.forbidKeys(false);
        await edit({ backend: { replication: ["europe-west1"] } });
        await harness.up();
        const [secret] = await google.secretManager.getSecret({
            name: `projects/${GoogleProject.id}/secrets/${VIOLET}-airflow-variables-verify_variable`,
        });
        assert.equal(secret.replication?.userManaged?.replicas?.[0]?.location, "europe-west1");
        const now = await keyOf();
        assert.equal(now.client_email, old.client_email);
        assert.deepEqual(await google.keys(now.client_email), [old.private_key_id, now.private_key_id]);
        assert.deepEqual(await Promise.all([old, now].map((key) => canRead(key, VIOLET))), [true, true]);
    });

    it("keeps the newlines of the key in the env var on Kubernetes", async () => {
        const { private_key: key } = await keyOf();
        assert.match(key, /^-----BEGIN PRIVATE KEY-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END PRIVATE KEY-----\n$/);
    });

    it("stops if a secret is in the old place only", async () => {
        await edit({ backend: { scope: "moved" } });
        const parent = `projects/${GoogleProject.id}`;
        const secretId = `${VIOLET}-airflow-connections-company`;
        await google.secretManager.createSecret({ parent, secretId, secret: { replication: { automatic: {} } } });
        assert.match(
            await harness.failedUp(),
            /"violet-meteor-3141": .* a secret is in the old place only, .*: connection "company"\. Copy/,
        );
        await google.secretManager.deleteSecret({ name: `${parent}/secrets/${secretId}` });
    });

    it("makes another account with its grant, kwargs and test secrets beside the old one for another scope", async () => {
        const old = await keyOf();
        const { all, stdout } = await harness.up();
        assert.doesNotMatch(all, /could not be compared/);
        assert.doesNotMatch(stdout, / deleting/);
        const now = await keyOf();
        assert.notEqual(now.client_email, old.client_email);
        const { bindings } = await google.policy();
        const granted = bindings.filter(({ members }) => members.includes(`serviceAccount:${now.client_email}`));
        assert.equal(granted.length, 1);
        assert.match(
            granted[0]!.condition!.expression,
            /"projects\/\d+\/secrets\/moved-airflow-variables-"\) \|\| .*"projects\/\d+\/secrets\/moved-airflow-connections-"/,
        );
        const { variables_prefix, connections_prefix, project_id } = await harness.kwargs(VIOLET);
        assert.deepEqual(
            [variables_prefix, connections_prefix, project_id],
            ["moved-airflow-variables", "moved-airflow-connections", GoogleProject.id],
        );
        const reads = [canRead(now, "moved"), canRead(old, VIOLET), canRead(now, VIOLET), canRead(old, "moved")];
        assert.deepEqual(await Promise.all(reads), [true, true, false, false]);
        left = old;
    });

    it("rotates after 60 days, keeps the old key, and deletes the account that was left before", async () => {
        const old = await keyOf();
        await harness.age({ days: 60 });
        const { stdout } = await harness.up();
        const position = (pattern: RegExp): number => lineOf(stdout, pattern);
        const created = position(/Key violet-meteor-3141\.\w+\.key\.2 created/);
        const moved = position(/WorkloadPatch violet-meteor-3141\.env-statefulset-violet-meteor-3141-worker updated/);
        const deleted = ["Key \\S+\\.key\\.2", "IAMMember \\S+\\.grant", "Secret \\S+\\.test-variable"].map((what) =>
            position(new RegExp(`${what} deleting`)),
        );
        assert.ok(
            deleted.every((line) => created < moved && moved < line),
            stdout,
        );

        const now = await keyOf();
        assert.equal(now.client_email, old.client_email);
        assert.deepEqual(await google.keys(now.client_email), [old.private_key_id, now.private_key_id]);
        assert.deepEqual(await Promise.all([now, old, left].map((key) => canRead(key, "moved"))), [true, true, false]);
        assert.equal((await google.accounts()).length, 2);
        assert.deepEqual(
            (await google.secrets()).filter((id) => !id.startsWith(COPPER)),
            [
                "moved-airflow-connections-verify_connection_json",
                "moved-airflow-connections-verify_connection_uri",
                "moved-airflow-variables-verify_variable",
            ],
        );
        await harness.succeed(["preview", "--expect-no-changes"]);
    });

    it("deletes the old key after the overlap, says what to do if there are ten keys, and rotates afterwards", async () => {
        const old = await keyOf();
        const { client_email: email } = old;
        await harness.age({ days: 60 });
        await harness.up();
        assert.deepEqual(await google.keys(email), [old.private_key_id]);
        const extra: string[] = [];
        for (let count = 1; count < 10; count += 1) {
            extra.push((await google.iam<{ name: string }>("POST", `serviceAccounts/${email}/keys`)).name);
        }
        assert.match(await harness.failedUp(), /has ten keys, the most that Google allows/);
        assert.deepEqual(await keyOf(), old);
        for (const name of extra) {
            await google.iam("DELETE", name.split("/").slice(2).join("/"));
        }
        await harness.up();
        assert.deepEqual(await google.keys(email), [old.private_key_id, (await keyOf()).private_key_id]);
    });

    it("keeps the rest of the project's policy, and loses no binding if two stacks write it concurrently", async () => {
        const policy = await google.policy();
        const foreign = { role: "roles/viewer", members: ["user:ann@example.com", "group:ops@example.com"] };
        await google.setPolicy({ ...policy, bindings: [...policy.bindings, foreign] });
        const others = async () => (await google.policy()).bindings.filter(({ role }) => role !== ACCESSOR);
        const before = await others();
        await harness.succeed(["destroy", "--yes", "--skip-preview"]);

        await harness.restoreConfig();
        await harness.keep(COPPER);
        const other = ["--stack", "other", "--config-file", join(harness.dir, "Pulumi.other.yaml")];
        // The engine writes the encryption salt beside Pulumi.yaml, whichever config file the stack will use.
        await copyFile(join(projectDir, "Pulumi.yaml"), join(harness.dir, "Pulumi.yaml"));
        await harness.succeed(["stack", "init", "other", "--no-select", "--cwd", harness.dir], { configFile: false });
        await copyFile(harness.configFile, join(harness.dir, "Pulumi.other.yaml"));
        await harness.restoreConfig();
        await harness.keep(VIOLET);
        const both = (...args: string[]) =>
            Promise.all([
                harness.succeed([...args, "--stack", "dev"]),
                harness.succeed([...args, ...other], { configFile: false }),
            ]);
        for (let round = 1; round <= 3; round += 1) {
            await both("up", "--yes", "--skip-preview");
            const emails = await google.accounts();
            assert.equal(emails.length, 2);
            assert.deepEqual(
                (await google.accessors()).sort(),
                emails.map((email) => `serviceAccount:${email}`).sort(),
            );
            await both("destroy", "--yes", "--skip-preview");
            assert.deepEqual([await google.accounts(), await google.accessors(), await google.secrets()], [[], [], []]);
            assert.deepEqual(await others(), before);
        }
    });
});
