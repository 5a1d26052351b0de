import assert from "node:assert/strict";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { CreateAccessKeyCommand } from "@aws-sdk/client-iam";
import { startAirflow, type AirflowProcess } from "../sandbox/airflowProcess";
import { AwsAccount } from "../sandbox/aws";
import { AzureSubscription } from "../sandbox/azure";
import { documentedPolicy } from "../sandbox/documentedPolicy";
import { GoogleProject } from "../sandbox/google";
import { Harness } from "../sandbox/harness";
import { Pods } from "../sandbox/pods";
import { runStatus, type Orphan } from "../sandbox/statusCommand";
import { VaultUser } from "../sandbox/vaultUser";

const SOLAR = "solar-dust-1234";
const CRIMSON = "crimson-comet-2468";
const VIOLET = "violet-meteor-3141";
const INDIGO = "indigo-pulsar-1618";
const ALL = [SOLAR, CRIMSON, VIOLET, INDIGO];

interface Checkpoint {
    readonly checkpoint: { readonly latest: { readonly resources: { urn: string }[]; pending_operations?: object[] } };
}

/** One Deployment per service. The tests follow the life of their stack, so each depends on the one before. */
describe("npm run status", function () {
    this.timeout(600_000);
    this.slow(60_000);
    this.bail(true);
    let harness: Harness;
    let airflow: AirflowProcess;
    let aws: AwsAccount;
    let google: GoogleProject;
    let azure: AzureSubscription;
    /** The names of the identities in their services, by Deployment. */
    const identities = new Map<string, string>();
    /** The credentials that were created by hand, by Deployment. */
    const strays = new Map<string, string>();

    before(async () => {
        harness = await Harness.openAttached(...ALL);
        airflow = await startAirflow(harness.installed.airflow, harness.sandbox.edge);
        aws = new AwsAccount(harness.sandbox.env);
        google = await GoogleProject.open(harness.sandbox);
        azure = await AzureSubscription.open(harness.sandbox);
        await harness.up();
    });
    after(async () => {
        await airflow.close();
        await google.close();
        await azure.close();
        await harness.close();
    });

    const status = (env?: Record<string, string>) => runStatus(harness, { env });

    const removal = (env?: Record<string, string>) => runStatus(harness, { env, removeOrphans: true });

    /** Returns the ids of all credentials that a Deployment's identity has, from the service itself. */
    const listed: Record<string, (identity: string) => Promise<string[]>> = {
        [SOLAR]: (identity) => harness.vaultList(`auth/approle/role/${identity}/secret-id`),
        [CRIMSON]: (identity) => aws.keys(identity),
        [VIOLET]: (identity) => google.keys(identity),
        [INDIGO]: async () => (await azure.application(INDIGO)).passwordCredentials.map(({ keyId }) => keyId),
    };

    const create: Record<string, (identity: string) => Promise<unknown>> = {
        [SOLAR]: (identity) => harness.vault("POST", `auth/approle/role/${identity}/secret-id`),
        [CRIMSON]: (UserName) => aws.iam.send(new CreateAccessKeyCommand({ UserName })),
        [VIOLET]: (identity) => google.iam("POST", `serviceAccounts/${identity}/keys`),
        [INDIGO]: async () =>
            azure.graph("POST", `applications/${(await azure.application(INDIGO)).id}/addPassword`, {}),
    };

    const orphanIds = (orphans: readonly Orphan[]) =>
        Object.fromEntries(orphans.map(({ deployment, credential }) => [deployment, credential]));

    it("shows what each Deployment has, and that no service holds more", async () => {
        const { code, found, stderr } = await status();
        assert.equal(code, 0, stderr + JSON.stringify(found, undefined, 2));
        assert.deepEqual([found.orphans, found.unchecked], [[], []]);
        assert.deepEqual(
            found.deployments.map(({ name, credential, retiring, warnings }) => [
                name,
                credential.generation,
                credential.ends !== null,
                [...retiring, ...warnings],
            ]),
            [
                [SOLAR, 1, true, []],
                [CRIMSON, 1, false, []],
                [VIOLET, 1, false, []],
                [INDIGO, 1, true, []],
            ],
        );
        found.deployments.forEach(({ name, credential }) => identities.set(name, credential.identity));
        assert.ok(found.deployments.every(({ nextRotation }) => Date.parse(nextRotation) > Date.now()));
    });

    it("says for which Deployments there is no login, and still shows the others", async () => {
        const { code, found } = await status({ VAULT_ADDR: "", GOOGLE_APPLICATION_CREDENTIALS: "/nowhere.json" });
        assert.equal(code, 1);
        assert.deepEqual(found.unchecked.map(({ deployment }) => deployment).sort(), [SOLAR, VIOLET]);
        assert.match(found.unchecked.find(({ deployment }) => deployment === SOLAR)!.reason, /VAULT_ADDR/);
        assert.equal(found.deployments.length, ALL.length);
    });

    it("names the credentials that somebody created by hand, and leaves them", async () => {
        for (const deployment of ALL) {
            const identity = identities.get(deployment)!;
            const before = await listed[deployment]!(identity);
            await create[deployment]!(identity);
            const [added = ""] = (await listed[deployment]!(identity)).filter((id) => !before.includes(id));
            strays.set(deployment, added);
        }
        const { code, found } = await status();
        assert.equal(code, 7);
        assert.deepEqual(orphanIds(found.orphans), Object.fromEntries(strays));
    });

    it("is what the advice names if such a credential blocks a rotation", async () => {
        await harness.age({ days: 100 });
        const output = await harness.failedUp("--continue-on-error");
        assert.match(output, /has two access keys.*npm run status -- --stack dev --remove-orphans/s);
        const { found } = await status();
        assert.deepEqual(orphanIds(found.orphans), Object.fromEntries(strays));
        const [solar, crimson] = found.deployments;
        assert.deepEqual([solar!.credential.generation, crimson!.credential.generation], [2, 1]);
        assert.deepEqual(solar!.retiring.length, 1);
        assert.match(crimson!.warnings.join(), /should have been replaced at .* Run pulumi up --stack dev\./);
    });

    it("deletes nothing while a pulumi up runs", async () => {
        const folder = ["pulumi", ".pulumi", "locks", "organization", "airflow-secrets-backends", "dev"];
        const lock = join(harness.sandbox.stateDir, ...folder, "of-test.json");
        const holder = { pid: process.pid, username: "somebody", hostname: hostname(), timestamp: new Date() };
        await mkdir(dirname(lock), { recursive: true });
        await writeFile(lock, JSON.stringify(holder));
        try {
            const { code, found } = await removal();
            assert.equal(code, 7);
            assert.deepEqual(orphanIds(found.orphans), Object.fromEntries(strays));
            for (const { isRemoved, reason } of found.orphans) {
                assert.equal(isRemoved, false);
                assert.match(reason ?? "", /^not deleted: stack dev: is locked by somebody@/);
            }
        } finally {
            await rm(lock);
        }
    });

    it("lists with the rights of the preview role, which may not delete", async () => {
        const env = await loginsWith("environments.md", "preview");
        const { code, found } = await removal(env);
        assert.equal(code, 7);
        assert.deepEqual(found.unchecked, []);
        const left = found.orphans.filter(({ isRemoved }) => !isRemoved);
        assert.deepEqual(left.map(({ deployment }) => deployment).sort(), [CRIMSON, SOLAR].sort());
        assert.match(left.find(({ deployment }) => deployment === SOLAR)!.reason ?? "", /403 .*permission denied/);
        assert.match(left.find(({ deployment }) => deployment === CRIMSON)!.reason ?? "", /iam:DeleteAccessKey/);
        for (const { deployment, isRemoved } of found.orphans) {
            if (isRemoved) {
                strays.delete(deployment);
            }
        }
    });

    it("deletes what no state holds, also after an up was killed, with the documented rights", async () => {
        await leaveAsKilled();
        const { code, found, stderr } = await removal(await loginsWith("status.md", "status"));
        assert.equal(code, 0, stderr);
        assert.deepEqual(orphanIds(found.orphans), Object.fromEntries(strays));
        const flags = found.orphans.map(({ deployment, isBeingCreated, isRemoved }) => [
            deployment,
            isBeingCreated,
            isRemoved,
        ]);
        assert.deepEqual(flags.sort(), [
            [CRIMSON, true, true],
            [SOLAR, false, true],
        ]);
    });

    it("leaves every credential that Airflow uses, and lets the rotation go on", async () => {
        await harness.up();
        const { code, found } = await status();
        assert.equal(code, 0);
        assert.deepEqual(
            [found.deployments.map(({ credential }) => credential.generation), found.orphans],
            [[2, 2, 2, 2], []],
        );
        for (const deployment of ALL) {
            assert.deepEqual(await (await Pods.start(harness, airflow, deployment)).read(), []);
            assert.equal((await listed[deployment]!(identities.get(deployment)!)).length, 2, deployment);
        }
    });

    /** Returns the env vars of logins to Vault and AWS with the policies of a page of the docs. */
    async function loginsWith(page: string, name: string): Promise<Record<string, string>> {
        const { token } = await VaultUser.create(harness, name, documentedPolicy(page, "hcl"));
        const key = await aws.createUser(name, documentedPolicy(page, "json"));
        return {
            VAULT_TOKEN: token,
            AWS_ACCESS_KEY_ID: key.accessKeyId,
            AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
        };
    }

    /**
     * Makes the state that of an `up` that was killed while it created an access key. Writes the checkpoint file, since
     * `pulumi stack import` would drop pending operations.
     */
    async function leaveAsKilled(): Promise<void> {
        const folder = join(harness.sandbox.stateDir, "pulumi", ".pulumi", "stacks", "airflow-secrets-backends");
        const path = join(folder, "dev.json");
        const file = JSON.parse(await readFile(path, "utf8")) as Checkpoint;
        const { latest } = file.checkpoint;
        const key = latest.resources.find(({ urn }) => urn.includes(CRIMSON) && urn.endsWith(".access-key.1"))!;
        const known = Object.entries(key).filter(([name]) => name !== "id" && name !== "outputs");
        const resource = { ...Object.fromEntries(known), urn: key.urn.replace(/1$/, "2") };
        latest.pending_operations = [...(latest.pending_operations ?? []), { type: "creating", resource }];
        await writeFile(path, JSON.stringify(file));
    }
});
