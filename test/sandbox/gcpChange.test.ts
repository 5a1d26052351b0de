import assert from "node:assert/strict";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { projectDir } from "../../sandbox/paths";
import { accountKeyIn, GoogleProject } from "./google";
import { Harness, lineOf } from "./harness";

const ACCESSOR = "roles/secretmanager.secretAccessor";
const VIOLET = "violet-meteor-3141";
const COPPER = "copper-aurora-2718";

describe("a config change of a Google Cloud backend", function () {
    this.timeout(600_000);
    this.slow(60_000);
    let harness: Harness;
    let google: GoogleProject;

    before(async () => {
        harness = await Harness.openAttached(VIOLET, COPPER);
        google = await GoogleProject.open(harness.sandbox);
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

    const emailOf = async (name: string) => accountKeyIn(await harness.kwargs(name)).client_email;

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
            /There is a secret "violet-meteor-3141-airflow-variables-verify_variable" already/,
        );
        await google.secretManager.deleteSecret({ name: `${parent}/secrets/${secretId}` });
        await harness.up();
        await harness.succeed(["preview", "--expect-no-changes"]);
    });

    it("says what to do if the organisation forbids keys, keeps the one in use, and succeeds afterwards", async () => {
        const old = accountKeyIn(await harness.kwargs(VIOLET));
        await google.forbidKeys(true);
        await edit({ backend: { generation: 5 } });
        assert.match(await harness.failedUp(), /organisation forbids service account keys .*another kind of backend/s);
        assert.deepEqual(accountKeyIn(await harness.kwargs(VIOLET)), old);
        await google.forbidKeys(false);
        await harness.up();
        await edit({ backend: { generation: 1 } });
        await harness.up();
    });

    it("keeps the newlines of the key in the env var on Kubernetes", async () => {
        const { private_key: key } = accountKeyIn(await harness.kwargs(VIOLET));
        assert.match(key, /^-----BEGIN PRIVATE KEY-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END PRIVATE KEY-----\n$/);
    });

    it("moves the grant, kwargs and test secrets when the scope changes, and deletes the old ones last", async () => {
        await edit({ backend: { scope: "moved" } });
        const { stdout } = await harness.up();
        const moved = lineOf(stdout, /WorkloadPatch violet-meteor-3141-env-statefulset-\S+-worker updated/);
        for (const replaced of ["IAMMember violet-meteor-3141-grant", "Secret violet-meteor-3141-test-variable"]) {
            const created = lineOf(stdout, new RegExp(`${replaced} created replacement`));
            const deleted = lineOf(stdout, new RegExp(`${replaced} deleting original`));
            assert.ok(created < moved && moved < deleted, stdout);
        }
        const member = `serviceAccount:${await emailOf(VIOLET)}`;
        const { bindings } = await google.policy();
        const granted = bindings.filter(({ members }) => members.includes(member));
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
        assert.deepEqual(
            (await google.secrets()).filter((id) => !id.startsWith(COPPER)),
            [
                "moved-airflow-connections-verify_connection_json",
                "moved-airflow-connections-verify_connection_uri",
                "moved-airflow-variables-verify_variable",
            ],
        );
    });

    it("keeps the old key until the env vars use the new generation", async () => {
        const old = accountKeyIn(await harness.kwargs(VIOLET));
        await edit({ backend: { generation: 2 } });
        const { stdout } = await harness.up();
        const position = (pattern: RegExp): number => lineOf(stdout, pattern);
        const created = position(/Key violet-meteor-3141-key-2 created/);
        const moved = position(/WorkloadPatch violet-meteor-3141-env-statefulset-violet-meteor-3141-worker updated/);
        const deleted = position(/Key violet-meteor-3141-key-1 deleting/);
        assert.ok(created < moved && moved < deleted, stdout);

        const now = accountKeyIn(await harness.kwargs(VIOLET));
        assert.equal(now.client_email, old.client_email);
        assert.deepEqual(await google.keys(now.client_email), [now.private_key_id]);
        const name = `projects/${GoogleProject.id}/secrets/moved-airflow-variables-verify_variable/versions/latest`;
        const retry = { retry: null };
        const clients = [google.as(now), google.as(old)] as const;
        const [{ payload }] = await clients[0].accessSecretVersion({ name }, retry);
        assert.ok(payload?.data);
        await assert.rejects(clients[1].accessSecretVersion({ name }, retry), /16 UNAUTHENTICATED/);
        await Promise.all(clients.map((client) => client.close()));
    });

    it("says what to do if the account has ten keys, and succeeds afterwards", async () => {
        const email = await emailOf(VIOLET);
        const extra: string[] = [];
        for (let count = 1; count < 10; count += 1) {
            extra.push((await google.iam<{ name: string }>("POST", `serviceAccounts/${email}/keys`)).name);
        }
        await edit({ backend: { generation: 3 } });
        assert.match(await harness.failedUp(), /has ten keys, the most that Google allows/);
        for (const name of extra) {
            await google.iam("DELETE", name.split("/").slice(2).join("/"));
        }
        await harness.up();
        assert.equal((await google.keys(email)).length, 1);
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
