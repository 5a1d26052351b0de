import assert from "node:assert/strict";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { projectDir } from "../../sandbox/paths";
import { accountKeyIn, GoogleProject } from "./google";
import { Harness, lineOf } from "./harness";

const ACCESSOR = "roles/secretmanager.secretAccessor";
const VIOLET = "violet-meteor-3141";
const COPPER = "copper-aurora-2718";

describe("a changed config of a Google backend", function () {
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

    it("is refused for a project that is not there, with nothing made", async () => {
        await edit({ backend: { project: "another-project" } });
        const all = await harness.refusedUp();
        assert.match(all, /Cannot look at Google project "another-project": .*Nothing was changed/s);
        assert.doesNotMatch(all, /\n\s+at .*:\d+/, "a message, not a stack trace");
        assert.deepEqual(await google.accounts(), []);
        await edit({ backend: { project: GoogleProject.id } });
    });

    it("says what to do about a secret that is there already, and goes on when that is done", async () => {
        const parent = `projects/${GoogleProject.id}`;
        const secretId = `${VIOLET}-airflow-variables-verify_variable`;
        await google.secretManager.createSecret({ parent, secretId, secret: { replication: { automatic: {} } } });
        assert.match(
            await harness.refusedUp(),
            /There is a secret "violet-meteor-3141-airflow-variables-verify_variable" already/,
        );
        await google.secretManager.deleteSecret({ name: `${parent}/secrets/${secretId}` });
        await harness.up();
        await harness.succeed(["preview", "--expect-no-changes"]);
    });

    it("says what to do where the organisation forbids keys, keeps the one in use, and goes on when that is done", async () => {
        const old = accountKeyIn(await harness.kwargs(VIOLET));
        await google.forbidKeys(true);
        await edit({ backend: { generation: 5 } });
        assert.match(
            await harness.refusedUp(),
            /organisation forbids keys of service accounts .*another kind of backend/s,
        );
        assert.deepEqual(accountKeyIn(await harness.kwargs(VIOLET)), old);
        await google.forbidKeys(false);
        await harness.up();
        await edit({ backend: { generation: 1 } });
        await harness.up();
    });

    it("gives a key whose newlines come through Kubernetes to Airflow as they were", async () => {
        const { private_key: key } = accountKeyIn(await harness.kwargs(VIOLET));
        assert.match(key, /^-----BEGIN PRIVATE KEY-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END PRIVATE KEY-----\n$/);
    });

    it("moves grant, kwargs and test secrets together when the scope changes, and the old ones go last", async () => {
        await edit({ backend: { scope: "moved" } });
        const { stdout } = await harness.up();
        const moved = lineOf(stdout, /WorkloadPatch violet-meteor-3141-env-statefulset-\S+-worker updated/);
        for (const replaced of ["IAMMember violet-meteor-3141-grant", "Secret violet-meteor-3141-test-variable"]) {
            const made = lineOf(stdout, new RegExp(`${replaced} created replacement`));
            const deleted = lineOf(stdout, new RegExp(`${replaced} deleting original`));
            assert.ok(made < moved && moved < deleted, stdout);
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

    it("keeps the old key until the env vars have moved to the new generation", async () => {
        const old = accountKeyIn(await harness.kwargs(VIOLET));
        await edit({ backend: { generation: 2 } });
        const { stdout } = await harness.up();
        const at = (pattern: RegExp): number => lineOf(stdout, pattern);
        const made = at(/Key violet-meteor-3141-key-2 created/);
        const moved = at(/WorkloadPatch violet-meteor-3141-env-statefulset-violet-meteor-3141-worker updated/);
        const deleted = at(/Key violet-meteor-3141-key-1 deleting/);
        assert.ok(made < moved && moved < deleted, stdout);

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

    it("says what to do when the account has ten keys, and goes on when that is done", async () => {
        const email = await emailOf(VIOLET);
        const extra: string[] = [];
        for (let count = 1; count < 10; count += 1) {
            extra.push((await google.iam<{ name: string }>("POST", `serviceAccounts/${email}/keys`)).name);
        }
        await edit({ backend: { generation: 3 } });
        assert.match(await harness.refusedUp(), /has ten keys, the most that Google allows/);
        for (const name of extra) {
            await google.iam("DELETE", name.split("/").slice(2).join("/"));
        }
        await harness.up();
        assert.equal((await google.keys(email)).length, 1);
    });

    it("leaves the rest of the project's policy alone, and two stacks that write it at once lose nothing", async () => {
        const policy = await google.policy();
        const foreign = { role: "roles/viewer", members: ["user:ann@example.com", "group:ops@example.com"] };
        await google.setPolicy({ ...policy, bindings: [...policy.bindings, foreign] });
        const others = async () => (await google.policy()).bindings.filter(({ role }) => role !== ACCESSOR);
        const before = await others();
        await harness.succeed(["destroy", "--yes", "--skip-preview"]);

        await harness.restoreConfig();
        await harness.keep(COPPER);
        const other = ["--stack", "other", "--config-file", join(harness.dir, "Pulumi.other.yaml")];
        // The engine writes the salt of the stack's passphrase beside Pulumi.yaml, whatever file the stack will use.
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
