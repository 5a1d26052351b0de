import assert from "node:assert/strict";
import * as fc from "fast-check";
import { aws } from "../../../../components/aws/preflight";
import { keyRemovalError } from "../../../../components/aws/secretsManagerKey";
import type { SecretsBackend } from "../../../../components/backend";
import { marksOf } from "../../../../components/marks";
import type { Current } from "../../../../components/owner";
import { currentOf, deploymentWith, IDENTITY, NAME, ownerOf, PLACE } from "../current";
import { describeGolden } from "../golden";
import { Mocks, settled } from "../mocks";

const USER = "aws:iam/user:User";
const POLICY = "aws:iam/userPolicy:UserPolicy";
const KEY = "aws:iam/accessKey:AccessKey";
const SECRET = "aws:secretsmanager/secret:Secret";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";
const PARAMETER = "aws:ssm/parameter:Parameter";

const identity = { region: "eu-central-1", scope: "solar", login: "access-key" } as const;
const configs = [
    { kind: "aws-secrets-manager", ...identity, sep: "/", recoveryWindowInDays: 30 },
    { kind: "aws-parameter-store", ...identity },
] as const satisfies AwsConfig[];

type AwsConfig = Parameters<typeof aws.lookUp>[0][number]["backend"];

async function build(
    config: AwsConfig,
    {
        testSecrets = false,
        shareSecrets = false,
        ...current
    }: Partial<Current> & { testSecrets?: boolean; shareSecrets?: boolean } = {},
): Promise<{ backend: SecretsBackend; mocks: Mocks }> {
    const mocks = await Mocks.set({
        caller: { accountId: "111122223333", arn: "arn:aws:iam::111122223333:user/ann" },
    });
    const more = { current: currentOf(current), testSecrets, shareSecrets, mayExist: () => false };
    const deployment = deploymentWith<AwsConfig>(config, more);
    const backend = (await aws.lookUp([deployment], {})).create(deployment);
    await settled();
    return { backend, mocks };
}

for (const config of configs) {
    const { kind } = config;
    const component = kind === "aws-secrets-manager" ? "SecretsManagerBackend" : "ParameterStoreBackend";

    describe(component, () => {
        it("creates only a user, its policy and an access key, all as its children", async () => {
            const { mocks } = await build(config);
            const parent = `airflow-secrets-backends:index:${component}`;
            assert.deepEqual(
                mocks.registered.map(({ type, name, parent: of }) => [type, name, of]),
                [
                    [parent, NAME, ""],
                    [USER, `${NAME}.${IDENTITY}.user`, `${parent}::${NAME}`],
                    [POLICY, `${NAME}.${IDENTITY}.policy`, `${parent}::${NAME}`],
                    [KEY, `${NAME}.${IDENTITY}.access-key.1`, `${parent}::${NAME}`],
                ],
            );
        });

        it("grants one action below its two prefixes, in the partition, region and account", async () => {
            const { mocks } = await build(config);
            const { name, user, policy } = mocks.one(POLICY).inputs;
            const [action, root] =
                kind === "aws-secrets-manager"
                    ? [
                          "secretsmanager:GetSecretValue",
                          "arn:aws:secretsmanager:eu-central-1:111122223333:secret:airflow",
                      ]
                    : ["ssm:GetParameter", "arn:aws:ssm:eu-central-1:111122223333:parameter/airflow"];
            assert.deepEqual([name, user], ["read-airflow-secrets", `airflow.dev.${NAME}.${IDENTITY}`]);
            assert.deepEqual(JSON.parse(policy as string), {
                Version: "2012-10-17",
                Statement: [
                    {
                        Effect: "Allow",
                        Action: action,
                        Resource: [`${root}/solar/variables/*`, `${root}/solar/connections/*`],
                    },
                ],
            });
        });

        it("passes on path, boundary and key, and uses the key in the policy and in the test secrets", async () => {
            const kmsKeyArn = "arn:aws:kms:eu-central-1:111122223333:key/a";
            const options = {
                iamPath: "/airflow/",
                permissionsBoundary: "arn:aws:iam::111122223333:policy/b",
                kmsKeyArn,
            };
            const { mocks } = await build({ ...config, ...options }, { testSecrets: true });
            assert.deepEqual(mocks.one(USER).inputs, {
                name: `airflow.dev.${NAME}.${IDENTITY}`,
                forceDestroy: true,
                path: "/airflow/",
                permissionsBoundary: "arn:aws:iam::111122223333:policy/b",
                tags: marksOf(ownerOf(), false),
            });
            assert.ok(String(mocks.one(POLICY).inputs.policy).includes(`"Resource":["${kmsKeyArn}"]`));
            const holders = mocks.registered.filter(({ type }) => type === SECRET || type === PARAMETER);
            assert.equal(holders.length, 3);
            assert.ok(holders.every(({ inputs }) => (inputs.kmsKeyId ?? inputs.keyId) === kmsKeyArn));
        });

        it("names an access key by its generation, so that the new one exists next to the old one", async () => {
            const { mocks } = await build(config, { generation: 7 });
            assert.equal(mocks.one(KEY).name, `${NAME}.${IDENTITY}.access-key.7`);
            assert.equal(mocks.one(USER).name, `${NAME}.${IDENTITY}.user`);
        });

        it("names all of another identity and place differently, so that they exist next to the old ones", async () => {
            const before = (await build(config, { testSecrets: true })).mocks;
            const other = { identity: "eeeeeeee", place: "ffffffff" };
            const after = (await build(config, { testSecrets: true, ...other })).mocks;
            const [component, ...names] = before.registered.map(({ name }) => name);
            assert.deepEqual(
                after.registered.map(({ name }) => name),
                [component, ...names.map((name) => name.replace(IDENTITY, "eeeeeeee").replace(PLACE, "ffffffff"))],
            );
            assert.equal(names.filter((name) => name.startsWith(`${NAME}.${IDENTITY}.`)).length, 3);
            assert.equal(new Set(names.filter((name) => name.startsWith(`${NAME}.${PLACE}.test-`))).size, 3);
            assert.equal(after.one(USER).inputs.name, `airflow.dev.${NAME}.eeeeeeee`);
            assert.equal(after.one(POLICY).inputs.user, `airflow.dev.${NAME}.eeeeeeee`);
        });

        it("keeps the names that it has, although the stack has another name now", async () => {
            const { mocks } = await build(config, { owner: ownerOf(NAME, "first") });
            assert.equal(mocks.one(USER).inputs.name, `airflow.first.${NAME}.${IDENTITY}`);
        });

        it("marks everything that can be marked, and says in the marks whether the secrets are shared", async () => {
            const { mocks } = await build(config, { testSecrets: true, shareSecrets: true });
            const secrets = mocks.registered.filter(({ type }) => type === SECRET || type === PARAMETER);
            assert.equal(secrets.length, 3);
            for (const { inputs } of secrets) {
                assert.deepEqual(inputs.tags, marksOf(ownerOf(), true));
            }
            // Nobody shares a user.
            assert.deepEqual(mocks.one(USER).inputs.tags, marksOf(ownerOf(), false));
        });

        it("creates and grants nothing for variables if Airflow looks up connections only", async () => {
            const { mocks } = await build({ ...config, only: "connections" }, { testSecrets: true });
            const secrets = mocks.registered.filter(({ type }) => type === SECRET || type === PARAMETER);
            const root = kind === "aws-secrets-manager" ? "airflow" : "/airflow";
            assert.deepEqual(
                secrets.map(({ inputs }) => inputs.name),
                [`${root}/solar/connections/verify_connection_uri`, `${root}/solar/connections/verify_connection_json`],
            );
            assert.doesNotMatch(String(mocks.one(POLICY).inputs.policy), /variables/);
        });

        it("handles AWS's errors in each of its resources", async () => {
            const { mocks } = await build(config, { testSecrets: true });
            const [, ...children] = mocks.registered;
            assert.ok(children.length > 5);
            assert.ok(children.every(({ onError }) => onError.join() === `${NAME}-advice`));
        });
    });
}

describe("the name of an IAM user", () => {
    it("has at most 64 characters that IAM allows, and is unique", async () => {
        const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
        const stack = fc.stringMatching(/^[a-zA-Z0-9._-]{1,40}$/);
        const hash = fc.stringMatching(/^[0-9a-f]{8}$/);
        const names = new Map<string, string>();
        await fc.assert(
            fc.asyncProperty(label, stack, hash, async (name, of, identity) => {
                const { mocks } = await build(configs[0], { owner: ownerOf(name, of), identity });
                const user = String(mocks.one(USER).inputs.name);
                assert.match(user, /^[\w+=,.@-]{1,64}$/);
                const owner = JSON.stringify([name, of, identity]);
                assert.equal(names.get(user) ?? owner, owner);
                names.set(user, owner);
            }),
            { numRuns: 50 },
        );
    });
});

describe("test secrets in Secrets Manager", () => {
    it("are three secrets with a recovery window and secret values", async () => {
        const { mocks } = await build({ ...configs[0], recoveryWindowInDays: 0 }, { testSecrets: true });
        const secrets = mocks.registered.filter(({ type }) => type === SECRET);
        assert.deepEqual(
            secrets.map(({ inputs }) => [inputs.name, inputs.region, inputs.recoveryWindowInDays]),
            [
                ["airflow/solar/variables/verify_variable", "eu-central-1", 0],
                ["airflow/solar/connections/verify_connection_uri", "eu-central-1", 0],
                ["airflow/solar/connections/verify_connection_json", "eu-central-1", 0],
            ],
        );
        const versions = mocks.registered.filter(({ type }) => type === VERSION);
        assert.equal(versions.length, 3);
        for (const { inputs, secrets: marked } of versions) {
            assert.deepEqual(marked, ["secretString"]);
            assert.equal(inputs.region, "eu-central-1");
        }
    });
});

describe("the KMS key of a test secret in Secrets Manager", () => {
    const secretsOf = async (recoveryWindowInDays: number, options: object = {}) => {
        const { mocks } = await build({ ...configs[0], ...options, recoveryWindowInDays }, { testSecrets: true });
        return mocks.registered.filter(({ type }) => type === SECRET);
    };

    it("is removed by replacing the secret, if AWS does not keep its name", async () => {
        for (const secret of await secretsOf(0)) {
            assert.deepEqual([secret.replaceOnChanges, secret.deleteBeforeReplace], [["kmsKeyId"], true]);
        }
    });

    it("changes in place to another key, and if AWS keeps the secret's name", async () => {
        const kmsKeyArn = "arn:aws:kms:eu-central-1:111122223333:key/a";
        for (const secret of [...(await secretsOf(30)), ...(await secretsOf(0, { kmsKeyArn }))]) {
            assert.deepEqual([secret.replaceOnChanges, secret.deleteBeforeReplace], [[], undefined]);
        }
    });

    it("cannot be removed in that case: the error contains the command that removes it", () => {
        const about = (kmsKeyId?: string | null) =>
            keyRemovalError({ oldOutputs: { name: "airflow/a", region: "eu-central-1", kmsKeyId } } as never, 30);
        assert.match(
            about("arn:k") ?? "",
            /"airflow\/a" with arn:k.*update-secret --region eu-central-1 --secret-id airflow\/a --kms-key-id "".* for 30 days/,
        );
        assert.deepEqual([about(), about(null), about("")], [undefined, undefined, undefined]);
    });
});

describe("test secrets in Parameter Store", () => {
    it("are three SecureStrings with secret values", async () => {
        const { mocks } = await build(configs[1], { testSecrets: true });
        const parameters = mocks.registered.filter(({ type }) => type === PARAMETER);
        assert.deepEqual(
            parameters.map(({ inputs, secrets }) => [inputs.name, inputs.type, inputs.region, ...secrets]),
            [
                ["/airflow/solar/variables/verify_variable", "SecureString", "eu-central-1", "value"],
                ["/airflow/solar/connections/verify_connection_uri", "SecureString", "eu-central-1", "value"],
                ["/airflow/solar/connections/verify_connection_json", "SecureString", "eu-central-1", "value"],
            ],
        );
        assert.ok(parameters.every(({ inputs }) => inputs.keyId === "alias/aws/ssm"));
    });
});

for (const { kind } of configs) {
    describeGolden(kind);
}
