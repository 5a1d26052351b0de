import assert from "node:assert/strict";
import {
    CreateAccessKeyCommand,
    CreateUserCommand,
    DeleteAccessKeyCommand,
    DeleteUserCommand,
} from "@aws-sdk/client-iam";
import {
    CreateSecretCommand,
    DeleteSecretCommand,
    GetSecretValueCommand,
    SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { marksOf } from "../../components/marks";
import { AwsAccount, keyIn, type Key } from "./aws";
import { Harness, lineOf } from "./harness";
import { identityName } from "./identityName";

const CRIMSON = "crimson-comet-2468";
const SILVER = "silver-quasar-9753";
const GOLDEN = "golden-nebula-8642";

/** The test variable of a scope, as Airflow reads it. */
const secretOf = (scope: string): string => `airflow/${scope}/variables/verify_variable`;
const parameterOf = (scope: string): string => `/${secretOf(scope)}`;

/** The tests follow the life of a stack, so each depends on the one before. */
describe("a config change of an AWS backend", function () {
    this.timeout(600_000);
    this.slow(60_000);
    this.bail(true);
    let harness: Harness;
    let aws: AwsAccount;
    /** The access keys that the Deployments' pods got first. */
    let first: readonly [crimson: Key, silver: Key];

    before(async () => {
        harness = await Harness.openAttached(CRIMSON, SILVER, GOLDEN);
        aws = new AwsAccount(harness.sandbox.env);
    });
    after(() => harness.close());

    /** Changes the backend of these Deployments in the next `up`. */
    function edit(backend: Record<string, unknown>, ...names: string[]): Promise<void> {
        return harness.edit((deployments) => {
            for (const each of deployments.filter(({ name }) => names.includes(name))) {
                Object.assign(each.backend, backend);
            }
        });
    }

    const keyOf = async (name: string): Promise<Key> => keyIn(await harness.resolvedEnv(name));
    const keysOf = async (): Promise<[crimson: Key, silver: Key]> => [await keyOf(CRIMSON), await keyOf(SILVER)];

    /** Whether a pod with this access key can read the secret or parameter. */
    async function canRead({ accessKeyId, secretAccessKey }: Key, name: string): Promise<boolean> {
        const { AWS_ENDPOINT_URL: endpoint = "", AWS_REGION: region = "" } = harness.sandbox.env;
        const config = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
        try {
            await (name.startsWith("/")
                ? new SSMClient(config).send(new GetParameterCommand({ Name: name, WithDecryption: true }))
                : new SecretsManagerClient(config).send(new GetSecretValueCommand({ SecretId: name })));
            return true;
        } catch (error) {
            assert.match((error as Error).name, /AccessDenied|InvalidClientTokenId|UnrecognizedClient/);
            return false;
        }
    }

    const usersOf = async (deployment: string): Promise<string[]> =>
        (await aws.users()).filter((name) => name.startsWith(`airflow.dev.${deployment}.`));

    it("fails in an account other than awsAccountId, and creates nothing", async () => {
        const all = await harness.failedUp("--config", "airflow-secrets-backends:awsAccountId=111122223333");
        assert.match(all, /logged in to AWS account 000000000000 as arn:aws:iam::000000000000:root/);
        assert.match(all, /awsAccountId in Pulumi\.dev\.yaml is 111122223333\. Nothing was changed\./);
        assert.doesNotMatch(all, /\n\s+at .*:\d+/, "a message, not a stack trace");
        assert.deepEqual(await aws.users(), []);
        await harness.restoreConfig();
    });

    it("stops at an existing user, secret and parameter, says whose they are, and succeeds afterwards", async () => {
        const UserName = await identityName(harness, CRIMSON);
        await aws.iam.send(new CreateUserCommand({ UserName }));
        const [secret, parameter] = [secretOf(CRIMSON), parameterOf(SILVER)];
        await aws.secretsManager.send(new CreateSecretCommand({ Name: secret, SecretString: "a team's own" }));
        const marks = marksOf({ project: "airflow", stack: "prod", deployment: "solar" }, true);
        const Tags = Object.entries(marks).map(([Key, Value]) => ({ Key, Value }));
        await aws.ssm.send(new PutParameterCommand({ Name: parameter, Value: "theirs", Type: "String", Tags }));
        const all = await harness.failedUp();
        assert.match(all, new RegExp(`the IAM user "${UserName}" already exists, and it is not known whose it is`));
        assert.match(all, new RegExp(`the secret "${secret}" in us-east-1 already exists, and it is not known whose`));
        assert.match(
            all,
            new RegExp(
                `the parameter "${parameter}" in us-east-1 already exists, and is Deployment "solar" of stack airflow/prod`,
            ),
        );
        assert.doesNotMatch(all, /\n\s+at .*:\d+/, "a message, not a stack trace");
        await aws.iam.send(new DeleteUserCommand({ UserName }));
        await aws.secretsManager.send(new DeleteSecretCommand({ SecretId: secret, ForceDeleteWithoutRecovery: true }));
        await aws.ssm.send(new DeleteParameterCommand({ Name: parameter }));
        await harness.up();
        first = await keysOf();
        assert.equal(await aws.userOf(first[0]), UserName);
    });

    it("stops if a secret is in the old place only, and says that the names of parameters are not listed", async () => {
        await edit({ scope: "moved" }, CRIMSON, SILVER);
        const Name = `airflow/${CRIMSON}/variables/company`;
        await aws.secretsManager.send(new CreateSecretCommand({ Name, SecretString: "hidden" }));
        const all = await harness.failedUp();
        assert.match(
            all,
            new RegExp(`"${CRIMSON}": .* a secret is in the old place only, .*: variable "company"\\. Copy`),
        );
        await aws.secretsManager.send(new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true }));
        const { all: preview } = await harness.succeed(["preview"]);
        assert.match(
            preview,
            new RegExp(`"${SILVER}": .* could not be compared: the AWS provider lists parameters only`),
        );
        assert.doesNotMatch(preview, new RegExp(`"${CRIMSON}": .* could not be compared`));
    });

    it("makes another user with its own policy, kwargs and test secrets beside the old one for another scope", async () => {
        const { stdout } = await harness.up();
        assert.doesNotMatch(stdout, / deleting/);
        const statements = async (name: string) =>
            ((await aws.policy(await identityName(harness, name))) as { Statement: object[] }).Statement;
        const expected = (Action: string, start: string) => [
            {
                Effect: "Allow",
                Action,
                Resource: ["variables", "connections"].map((kind) => `${start}/moved/${kind}/*`),
            },
        ];
        assert.deepEqual(
            await statements(CRIMSON),
            expected("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:000000000000:secret:airflow"),
        );
        assert.deepEqual(
            await statements(SILVER),
            expected("ssm:GetParameter", "arn:aws:ssm:us-east-1:000000000000:parameter/airflow"),
        );
        for (const [name, root] of [
            [CRIMSON, "airflow"],
            [SILVER, "/airflow"],
        ] as const) {
            const { connections_prefix, variables_prefix, config_prefix } = await harness.kwargs(name);
            const moved = [`${root}/moved/connections`, `${root}/moved/variables`, null];
            assert.deepEqual([connections_prefix, variables_prefix, config_prefix], moved);
        }
        const keys = [
            "connections/verify_connection_json",
            "connections/verify_connection_uri",
            "variables/verify_variable",
        ];
        const secrets = keys.map((key) => `airflow/moved/${key}`);
        const moved = (name: string): boolean => name.includes("moved");
        assert.deepEqual((await aws.secrets()).filter(moved), secrets);
        assert.deepEqual(
            (await aws.parameters()).filter(moved),
            secrets.map((name) => `/${name}`),
        );
        const now = await keysOf();
        const reads = [
            canRead(now[0], secretOf("moved")),
            canRead(now[1], parameterOf("moved")),
            canRead(first[0], secretOf(CRIMSON)),
            canRead(first[1], parameterOf(SILVER)),
        ];
        assert.deepEqual(await Promise.all(reads), [true, true, true, true]);
        const foreign = [canRead(first[0], secretOf("moved")), canRead(first[1], parameterOf("moved"))];
        assert.deepEqual(await Promise.all(foreign), [false, false]);
    });

    it("rotates after 60 days, keeps the old access key, and deletes the user that was left before", async () => {
        const old = await keysOf();
        await harness.age({ days: 60 });
        const { stdout } = await harness.up();
        const position = (pattern: string): number => lineOf(stdout, new RegExp(pattern));
        for (const name of [CRIMSON, SILVER]) {
            const created = position(`AccessKey ${name}\\.\\w+\\.access-key\\.2 created`);
            const moved = [
                position(`WorkloadPatch ${name}.env-deployment-${name}-scheduler updated`),
                position(`WorkloadPatch ${name}.env-statefulset-${name}-worker updated`),
            ];
            const deleted = position(`AccessKey ${name}\\.\\w+\\.access-key\\.1 deleting`);
            assert.ok(
                moved.every((line) => created < line && line < deleted),
                stdout,
            );
            assert.deepEqual(await usersOf(name), [await identityName(harness, name)]);
        }
        const now = await keysOf();
        const users = [...now, ...old, ...first].map((key) => aws.userOf(key));
        const [crimson, silver] = [await identityName(harness, CRIMSON), await identityName(harness, SILVER)];
        assert.deepEqual(await Promise.all(users), [crimson, silver, crimson, silver, undefined, undefined]);
        assert.equal(new Set([...now, ...old].map(({ accessKeyId }) => accessKeyId)).size, 4);
        assert.ok((await aws.secrets()).every((name) => !name.includes(CRIMSON)));
        assert.ok((await aws.parameters()).every((name) => !name.includes(SILVER)));
        await harness.succeed(["preview", "--expect-no-changes"]);
    });

    it("deletes the old access key after the overlap, and rotates again with the next up", async () => {
        const user = await identityName(harness, CRIMSON);
        const { accessKeyId } = await keyOf(CRIMSON);
        await harness.age({ days: 60 });
        await harness.up();
        assert.deepEqual(await aws.keys(user), [accessKeyId]);
        assert.equal((await keyOf(CRIMSON)).accessKeyId, accessKeyId);
    });

    it("says what to do if the user has two keys, keeps the one in use, and succeeds afterwards", async () => {
        const UserName = await identityName(harness, CRIMSON);
        const { AccessKey } = await aws.iam.send(new CreateAccessKeyCommand({ UserName }));
        const old = await keyOf(CRIMSON);
        const all = await harness.failedUp();
        assert.match(all, /LimitExceeded.*Cannot exceed quota for AccessKeysPerUser: 2/);
        assert.match(all, /has two access keys, the most that AWS allows/);
        assert.equal((await keyOf(CRIMSON)).accessKeyId, old.accessKeyId);
        assert.equal(await aws.userOf(old), UserName);

        await aws.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: AccessKey?.AccessKeyId }));
        await harness.up();
        const now = await keyOf(CRIMSON);
        assert.deepEqual(await aws.keys(UserName), [now.accessKeyId, old.accessKeyId].sort());
        assert.notEqual(now.accessKeyId, old.accessKeyId);
    });

    it("moves to Parameter Store and back, with the same user as before, while both can read", async () => {
        const [inSecretsManager, silver] = await keysOf();
        await edit({ kind: "aws-parameter-store", scope: CRIMSON, recoveryWindowInDays: undefined }, CRIMSON);
        await harness.up();
        const inParameterStore = await keyOf(CRIMSON);
        const backend = async () => (await harness.resolvedEnv(CRIMSON)).AIRFLOW__SECRETS__BACKEND;
        assert.match((await backend()) ?? "", /SystemsManagerParameterStoreBackend$/);
        const reads = () =>
            Promise.all([
                canRead(inSecretsManager, secretOf("moved")),
                canRead(inParameterStore, parameterOf(CRIMSON)),
                canRead(inParameterStore, secretOf("moved")),
            ]);
        assert.deepEqual(await reads(), [true, true, false]);
        assert.equal((await usersOf(CRIMSON)).length, 2);

        // With a recovery window for the next test.
        await edit({ kind: "aws-secrets-manager", scope: "moved", recoveryWindowInDays: 7 }, CRIMSON);
        await harness.up();
        assert.match((await backend()) ?? "", /SecretsManagerBackend$/);
        assert.deepEqual(await reads(), [true, true, false]);
        const keys = (await keysOf()).map(({ accessKeyId }) => accessKeyId);
        assert.deepEqual(keys, [inSecretsManager.accessKeyId, silver.accessKeyId]);
    });

    it("says why a deleted secret's name cannot be reused during its recovery window", async () => {
        const setTestSecrets = (testSecrets: boolean) =>
            harness.edit((deployments) => {
                deployments.find(({ name }) => name === CRIMSON)!.testSecrets = testSecrets;
            });
        await setTestSecrets(false);
        await harness.age({ days: 2 });
        await harness.up();
        assert.ok(
            (await aws.secrets()).some((name) => name.startsWith("airflow/moved/")),
            "AWS keeps the deleted secrets",
        );
        assert.deepEqual(await usersOf(CRIMSON), [await identityName(harness, CRIMSON)]);
        assert.ok((await aws.parameters()).every((name) => !name.includes(CRIMSON)));
        await setTestSecrets(true);
        assert.match(await harness.failedUp(), /was deleted and AWS keeps its name until the recovery window ends/);
        await setTestSecrets(false);
    });

    it("deletes all resources of a Deployment that was removed from the config", async () => {
        await harness.keep(CRIMSON, GOLDEN);
        await harness.up();
        assert.deepEqual(await usersOf(SILVER), []);
        assert.ok((await aws.parameters()).every((name) => name.startsWith("/airflow/golden-nebula-8642/")));
        assert.deepEqual(await harness.resolvedEnv(SILVER), {});
    });
});
