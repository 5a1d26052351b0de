import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeSecretCommand, UpdateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { DescribeParametersCommand } from "@aws-sdk/client-ssm";
import { execa } from "execa";
import { AwsAccount, keyIn, type Key } from "../sandbox/aws";
import { Harness } from "../sandbox/harness";

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
    /** The access key of the user that may use the KMS key. */
    let withKey: Key;

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

    const usersOf = async (deployment: string): Promise<string[]> =>
        (await aws.users()).filter((name) => name.startsWith(`airflow.dev.${deployment}.`));

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

    it("is another one after a change of kmsKeyArn, with which its test secrets are encrypted", async () => {
        await setKey(KEY);
        await harness.up();
        assert.deepEqual(await kmsKeys(), Array(6).fill(KEY));
        withKey = keyIn(await harness.resolvedEnv(CRIMSON));

        await setKey();
        await harness.up();
        assert.deepEqual(await kmsKeys(), AWS_KEYS);
        await harness.succeed(["preview", "--expect-no-changes"]);
        const now = await aws.userOf(keyIn(await harness.resolvedEnv(CRIMSON)));
        const old = await aws.userOf(withKey);
        assert.notEqual(now, old);
        assert.deepEqual((await usersOf(CRIMSON)).sort(), [now, old].sort());
        assert.match(JSON.stringify(await aws.policy(old ?? "")), /kms:Decrypt/);
        assert.doesNotMatch(JSON.stringify(await aws.policy(now ?? "")), /kms/);
    });

    it("is the previous one again, with the same access key, if the change is undone during the overlap", async () => {
        await setKey(KEY, 7);
        await harness.up();
        assert.deepEqual(await kmsKeys(), Array(6).fill(KEY));
        assert.equal(keyIn(await harness.resolvedEnv(CRIMSON)).accessKeyId, withKey.accessKeyId);
        assert.equal((await usersOf(CRIMSON)).length, 2);
    });

    it("fails if a secret would keep a removed kmsKeyArn, and succeeds once it is reset in AWS", async () => {
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
        assert.deepEqual(await kmsKeys(), AWS_KEYS);
    });

    it("is unchanged after the stack was renamed, and the old one goes when the overlap is over", async () => {
        const now = keyIn(await harness.resolvedEnv(CRIMSON));
        const user = await aws.userOf(now);
        assert.equal((await usersOf(CRIMSON)).length, 2);
        await renameStack("renamed");
        await harness.succeed(["preview", "--expect-no-changes"]);

        await harness.age({ days: 2, stack: "renamed" });
        await harness.up();
        assert.equal(keyIn(await harness.resolvedEnv(CRIMSON)).accessKeyId, now.accessKeyId);
        assert.equal(await aws.userOf(now), user);
        assert.equal(await aws.userOf(withKey), undefined);
        const users = await aws.users();
        assert.deepEqual(
            users.map((name) => name.split(".").slice(0, 3).join(".")),
            [`airflow.dev.${CRIMSON}`, `airflow.dev.${SILVER}`],
        );
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
