import assert from "node:assert/strict";
import {
    CreateAccessKeyCommand,
    CreateUserCommand,
    DeleteAccessKeyCommand,
    DeleteUserCommand,
} from "@aws-sdk/client-iam";
import { AwsAccount, keyIn } from "./aws";
import { Harness, lineOf } from "./harness";

const CRIMSON = "crimson-comet-2468";
const SILVER = "silver-quasar-9753";
const GOLDEN = "golden-nebula-8642";
const USER = `airflow.dev.${CRIMSON}`;

describe("a config change of an AWS backend", function () {
    this.timeout(600_000);
    this.slow(60_000);
    let harness: Harness;
    let aws: AwsAccount;

    before(async () => {
        harness = await Harness.openAttached(CRIMSON, SILVER, GOLDEN);
        aws = new AwsAccount(harness.sandbox.env);
    });
    after(() => harness.close());

    /** Changes the backend of both Deployments in the next `up`. */
    function edit(backend: Record<string, unknown>): Promise<void> {
        return harness.edit((deployments) => {
            for (const each of deployments.filter(({ name }) => name === CRIMSON || name === SILVER)) {
                Object.assign(
                    each.backend,
                    each.name === CRIMSON ? backend : { ...backend, recoveryWindowInDays: undefined },
                );
            }
        });
    }

    it("fails in an account other than awsAccountId, and creates nothing", async () => {
        const all = await harness.failedUp("--config", "airflow-secrets-backends:awsAccountId=111122223333");
        assert.match(all, /logged in to AWS account 000000000000 as arn:aws:iam::000000000000:root/);
        assert.match(all, /awsAccountId in Pulumi\.dev\.yaml is 111122223333\. Nothing was changed\./);
        assert.doesNotMatch(all, /\n\s+at .*:\d+/, "a message, not a stack trace");
        assert.deepEqual(await aws.users(), []);
        await harness.restoreConfig();
    });

    it("says what to do about an existing user, and succeeds afterwards", async () => {
        await aws.iam.send(new CreateUserCommand({ UserName: USER }));
        const all = await harness.failedUp();
        assert.match(all, /EntityAlreadyExists/);
        assert.match(all, /There is an IAM user "airflow\.dev\.crimson-comet-2468" already/);
        await aws.iam.send(new DeleteUserCommand({ UserName: USER }));
        await harness.up();
        await harness.succeed(["preview", "--expect-no-changes"]);
        assert.equal(await aws.userOf(keyIn(await harness.resolvedEnv(CRIMSON))), USER);
    });

    it("moves the policy, kwargs and test secrets together when the scope changes", async () => {
        await edit({ scope: "moved" });
        await harness.up();
        const grants = async (name: string) => (await aws.policy(`airflow.dev.${name}`)) as { Statement: object[] };
        assert.deepEqual((await grants(CRIMSON)).Statement, [
            {
                Effect: "Allow",
                Action: "secretsmanager:GetSecretValue",
                Resource: ["variables", "connections"].map(
                    (kind) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:airflow/moved/${kind}/*`,
                ),
            },
        ]);
        assert.deepEqual((await grants(SILVER)).Statement, [
            {
                Effect: "Allow",
                Action: "ssm:GetParameter",
                Resource: ["variables", "connections"].map(
                    (kind) => `arn:aws:ssm:us-east-1:000000000000:parameter/airflow/moved/${kind}/*`,
                ),
            },
        ]);
        for (const [name, root] of [
            [CRIMSON, "airflow"],
            [SILVER, "/airflow"],
        ] as const) {
            assert.deepEqual(await harness.kwargs(name), {
                connections_prefix: `${root}/moved/connections`,
                variables_prefix: `${root}/moved/variables`,
                config_prefix: null,
            });
        }
        const keys = [
            "connections/verify_connection_json",
            "connections/verify_connection_uri",
            "variables/verify_variable",
        ];
        const moved = (name: string): boolean => name.includes("moved");
        assert.deepEqual(
            (await aws.secrets()).filter(moved),
            keys.map((key) => `airflow/moved/${key}`),
        );
        assert.deepEqual(
            (await aws.parameters()).filter(moved),
            keys.map((key) => `/airflow/moved/${key}`),
        );
        assert.ok((await aws.secrets()).every((name) => !name.includes(CRIMSON)));
    });

    it("keeps the old access key until the env vars use the new generation", async () => {
        const old = keyIn(await harness.resolvedEnv(CRIMSON));
        await edit({ generation: 2 });
        const { stdout } = await harness.up();
        const position = (pattern: RegExp): number => lineOf(stdout, pattern);
        for (const name of [CRIMSON, SILVER]) {
            const created = position(new RegExp(`AccessKey ${name}-access-key-2 created`));
            const moved = [
                position(new RegExp(`WorkloadPatch ${name}-env-deployment-${name}-scheduler updated`)),
                position(new RegExp(`WorkloadPatch ${name}-env-statefulset-${name}-worker updated`)),
            ];
            const deleted = position(new RegExp(`AccessKey ${name}-access-key-1 deleting`));
            assert.ok(
                moved.every((line) => created < line && line < deleted),
                stdout,
            );
        }
        const now = keyIn(await harness.resolvedEnv(CRIMSON));
        assert.equal(await aws.userOf(now), USER);
        assert.equal(await aws.userOf(old), undefined);
        assert.deepEqual(await aws.keys(USER), [now.accessKeyId]);
    });

    it("says what to do if the user has two keys, keeps the one in use, and succeeds afterwards", async () => {
        const { AccessKey } = await aws.iam.send(new CreateAccessKeyCommand({ UserName: USER }));
        await edit({ generation: 3 });
        const all = await harness.failedUp();
        assert.match(all, /LimitExceeded.*Cannot exceed quota for AccessKeysPerUser: 2/);
        assert.match(all, /has two access keys, the most that AWS allows/);
        assert.equal(await aws.userOf(keyIn(await harness.resolvedEnv(CRIMSON))), USER);

        const AccessKeyId = AccessKey?.AccessKeyId;
        await aws.iam.send(new DeleteAccessKeyCommand({ UserName: USER, AccessKeyId }));
        await harness.up();
        await harness.succeed(["preview", "--expect-no-changes"]);
        assert.deepEqual(await aws.keys(USER), [(await harness.resolvedEnv(CRIMSON)).AWS_ACCESS_KEY_ID]);
    });

    it("says why a deleted secret's name cannot be reused during its recovery window", async () => {
        await edit({ recoveryWindowInDays: 7 });
        await harness.up();
        const setTestSecrets = (testSecrets: boolean) =>
            harness.edit((deployments) => {
                deployments.find(({ name }) => name === CRIMSON)!.testSecrets = testSecrets;
            });
        await setTestSecrets(false);
        await harness.up();
        assert.ok(
            (await aws.secrets()).some((name) => name.startsWith("airflow/moved/")),
            "AWS keeps the deleted secrets",
        );
        await setTestSecrets(true);
        assert.match(await harness.failedUp(), /was deleted and AWS keeps its name until the recovery window ends/);
        await setTestSecrets(false);
        await harness.up();
    });

    it("deletes all resources of a Deployment that was removed from the config", async () => {
        await harness.keep(CRIMSON, GOLDEN);
        await harness.up();
        assert.ok(!(await aws.users()).includes(`airflow.dev.${SILVER}`));
        assert.ok((await aws.parameters()).every((name) => name.startsWith("/airflow/golden-nebula-8642/")));
        assert.deepEqual(await harness.resolvedEnv(SILVER), {});
    });
});
