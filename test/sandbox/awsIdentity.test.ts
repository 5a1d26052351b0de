import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeSecretCommand, UpdateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { DescribeParametersCommand } from "@aws-sdk/client-ssm";
import { execa } from "execa";
import { AwsAccount, keyIn } from "./aws";
import { Harness, lineOf } from "./harness";

const CRIMSON = "crimson-comet-2468";
const SILVER = "silver-quasar-9753";
const KEY = "arn:aws:kms:us-east-1:000000000000:key/1234abcd";
const SECRET = `airflow/${CRIMSON}/(variables|connections)/verify_\\w+`;

describe("an AWS backend", function () {
    this.timeout(600_000);
    this.slow(60_000);
    this.bail(true);
    let harness: Harness;
    let aws: AwsAccount;

    before(async () => {
        harness = await Harness.openAttached(CRIMSON, SILVER);
        aws = new AwsAccount(harness.sandbox.env);
    });
    after(() => harness.close());

    const setKey = (kmsKeyArn?: string, recoveryWindowInDays = 0): Promise<void> =>
        harness.edit((deployments) => {
            for (const { name, backend } of deployments) {
                Object.assign(backend, { kmsKeyArn }, name === CRIMSON ? { recoveryWindowInDays } : {});
            }
        });

    /** Returns the KMS keys of the test secrets, as AWS reports them. */
    async function kmsKeys(): Promise<(string | undefined)[]> {
        const { Parameters = [] } = await aws.ssm.send(new DescribeParametersCommand({}));
        const secrets = (await aws.secrets()).map((SecretId) =>
            aws.secretsManager.send(new DescribeSecretCommand({ SecretId })),
        );
        return [
            ...(await Promise.all(secrets)).map(({ KmsKeyId }) => KmsKeyId),
            ...Parameters.map((each) => each.KeyId),
        ];
    }

    const AWS_KEYS = [undefined, undefined, undefined, "alias/aws/ssm", "alias/aws/ssm", "alias/aws/ssm"];

    it("encrypts its test secrets with kmsKeyArn, and without it with the AWS managed keys", async () => {
        await setKey(KEY);
        await harness.up();
        assert.deepEqual(await kmsKeys(), Array(6).fill(KEY));
        const credential = keyIn(await harness.resolvedEnv(CRIMSON));

        await setKey();
        await harness.up();
        assert.deepEqual(await kmsKeys(), AWS_KEYS);
        await harness.succeed(["preview", "--expect-no-changes"]);
        assert.deepEqual(keyIn(await harness.resolvedEnv(CRIMSON)), credential);
    });

    it("fails if a secret would keep a removed kmsKeyArn, and succeeds once it is reset in AWS", async () => {
        await setKey(KEY, 7);
        await harness.up();
        await setKey(undefined, 7);
        for (const command of [["preview"], ["up", "--yes", "--skip-preview"]]) {
            const { code, all } = await harness.pulumi(command);
            assert.notEqual(code, 0, all);
            assert.match(
                all,
                new RegExp(`AWS encrypts the secret "${SECRET}" with ${KEY}, and the config names no kmsKeyArn`),
            );
            assert.match(all, new RegExp(`update-secret --region us-east-1 --secret-id ${SECRET} --kms-key-id ""`));
        }
        for (const SecretId of await aws.secrets()) {
            await aws.secretsManager.send(new UpdateSecretCommand({ SecretId, KmsKeyId: "" }));
        }
        await harness.succeed(["refresh", "--yes", "--skip-preview"]);
        await harness.up();
        await harness.succeed(["preview", "--expect-no-changes"]);
        assert.deepEqual(await kmsKeys(), AWS_KEYS);
    });

    it("gets a new user when the stack is renamed, and deletes the old one after the env vars moved", async () => {
        const old = keyIn(await harness.resolvedEnv(CRIMSON));
        await renameStack("renamed");
        await harness.edit((deployments) => {
            for (const { target } of deployments) {
                target.force = true;
            }
        });
        const { stdout } = await harness.up();
        const now = keyIn(await harness.resolvedEnv(CRIMSON));
        assert.deepEqual(await aws.users(), [`airflow.renamed.${CRIMSON}`, `airflow.renamed.${SILVER}`]);
        assert.deepEqual(await aws.keys(`airflow.renamed.${CRIMSON}`), [now.accessKeyId]);
        assert.equal(await aws.userOf(now), `airflow.renamed.${CRIMSON}`);
        assert.equal(await aws.userOf(old), undefined);
        const created = lineOf(stdout, new RegExp(`AccessKey ${CRIMSON}-access-key-1 created`));
        const deleted = lineOf(stdout, new RegExp(`UserPolicy ${CRIMSON}-policy deleting`));
        assert.ok(created < deleted, stdout);
        await harness.succeed(["preview", "--expect-no-changes"]);
    });

    /** Renames the stack outside the checkout, where Pulumi would also rename the stack's config file. */
    async function renameStack(name: string): Promise<void> {
        const dir = await mkdtemp(join(tmpdir(), "sandbox-rename-"));
        await writeFile(join(dir, "Pulumi.yaml"), "name: airflow-secrets-backends\nruntime: nodejs\n");
        await execa("pulumi", ["stack", "rename", name, "--stack", "dev"], { cwd: dir, env: harness.sandbox.env });
        await rm(dir, { recursive: true });
        await harness.pulumi(["stack", "select", name], { configFile: false });
    }
});
