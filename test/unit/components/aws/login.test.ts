import assert from "node:assert/strict";
import { parameterStoreKind, secretsManagerKind } from "../../../../components/aws/kinds";
import { aws } from "../../../../components/aws/preflight";
import { roleTrusts } from "../../../../components/aws/trustPolicy";
import type { SecretsBackend } from "../../../../components/backend";
import { marksOf } from "../../../../components/marks";
import { deploymentWith, IDENTITY, NAME, ownerOf } from "../current";
import { inspect, Mocks, settled } from "../mocks";

const POLICY = "aws:iam/userPolicy:UserPolicy";
const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";

const identity = { region: "eu-central-1", scope: "solar", login: "access-key" } as const;
const configs = [
    { kind: "aws-secrets-manager", ...identity, sep: "/", recoveryWindowInDays: 30 },
    { kind: "aws-parameter-store", ...identity },
] as const satisfies AwsConfig[];

const issuer = "https://oidc.example.com/id/A1";
const webIdentity = { login: "web-identity", issuer } as const;
const pods = {
    namespace: "airflow",
    serviceAccounts: ["solar-scheduler", "solar-worker"],
    audience: "sts.amazonaws.com",
    tokenFile: "/var/run/token",
};

type AwsConfig = Parameters<typeof aws.lookUp>[0][number]["backend"];

async function build(config: AwsConfig): Promise<{ backend: SecretsBackend; mocks: Mocks }> {
    const mocks = await Mocks.set({
        caller: { accountId: "111122223333", arn: "arn:aws:iam::111122223333:user/ann" },
    });
    const trusted = config.login === "web-identity" ? pods : undefined;
    const deployment = deploymentWith<AwsConfig>(config, { pods: trusted, testSecrets: false });
    const backend = (await aws.lookUp([deployment], {})).create(deployment);
    await settled();
    return { backend, mocks };
}

for (const config of configs) {
    const { kind } = config;
    describe(`the login of ${kind}`, () => {
        const { envNames } = kind === "aws-secrets-manager" ? secretsManagerKind : parameterStoreKind;

        /** Returns the values of the env vars, and asserts which of them are secret. */
        async function valuesOf(config: AwsConfig, secretNames: readonly string[]): Promise<Record<string, string>> {
            const { backend } = await build(config);
            assert.deepEqual(
                backend.env.map(({ name }) => name),
                envNames(config),
            );
            assert.equal(backend.credentialEnds, undefined);
            const values: Record<string, string> = {};
            for (const { name, secret, value } of backend.env) {
                const found = await inspect(value);
                assert.deepEqual([secret, found.secret], Array(2).fill(secretNames.includes(name)), name);
                values[name] = found.value;
            }
            return values;
        }

        const kwargsIn = (values: Record<string, string>): Record<string, unknown> =>
            JSON.parse(values.AIRFLOW__SECRETS__BACKEND_KWARGS ?? "") as Record<string, unknown>;

        it("puts the access key into the kwargs, which are secret then, and sets no AWS_* variable", async () => {
            const values = await valuesOf(config, ["AIRFLOW__SECRETS__BACKEND_KWARGS"]);
            const { config_prefix, aws_access_key_id, aws_secret_access_key, region_name } = kwargsIn(values);
            assert.deepEqual(
                { config_prefix, aws_access_key_id, aws_secret_access_key, region_name },
                {
                    config_prefix: null,
                    aws_access_key_id: `${NAME}.${IDENTITY}.access-key.1-id`,
                    aws_secret_access_key: "secret-access-key-of-test",
                    region_name: "eu-central-1",
                },
            );
            assert.deepEqual(Object.keys(values), ["AIRFLOW__SECRETS__BACKEND", "AIRFLOW__SECRETS__BACKEND_KWARGS"]);
        });

        it("puts the access key into the environment if the config says so, and only marks that as secret", async () => {
            const secrets = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
            const { AIRFLOW__SECRETS__BACKEND, ...values } = await valuesOf(
                { ...config, credentialIn: "environment" },
                secrets,
            );
            assert.match(AIRFLOW__SECRETS__BACKEND ?? "", /^airflow\.providers\.amazon/);
            const { config_prefix, aws_access_key_id } = kwargsIn(values);
            assert.deepEqual([config_prefix, aws_access_key_id], [null, undefined]);
            const { AIRFLOW__SECRETS__BACKEND_KWARGS, ...login } = values;
            assert.ok(AIRFLOW__SECRETS__BACKEND_KWARGS);
            assert.deepEqual(login, {
                AWS_ACCESS_KEY_ID: `${NAME}.${IDENTITY}.access-key.1-id`,
                AWS_SECRET_ACCESS_KEY: "secret-access-key-of-test",
                AWS_DEFAULT_REGION: "eu-central-1",
            });
        });

        it("creates only a role and its policy for pods that log in with their token", async () => {
            const { mocks } = await build({ ...config, ...webIdentity });
            const [, ...children] = mocks.registered;
            assert.deepEqual(
                children.map(({ type, name }) => [type, name]),
                [
                    [ROLE, `${NAME}.${IDENTITY}.role`],
                    [ROLE_POLICY, `${NAME}.${IDENTITY}.policy`],
                ],
            );
            const { assumeRolePolicy, ...inputs } = mocks.one(ROLE).inputs;
            assert.deepEqual(inputs, {
                name: `airflow.dev.${NAME}.${IDENTITY}`,
                forceDetachPolicies: true,
                tags: marksOf(ownerOf(), false),
            });
            assert.deepEqual(roleTrusts({ assumeRolePolicy }), [
                `issuer ${issuer}, subject system:serviceaccount:airflow:solar-scheduler, audience sts.amazonaws.com`,
                `issuer ${issuer}, subject system:serviceaccount:airflow:solar-worker, audience sts.amazonaws.com`,
            ]);
            const { policy } = (await build(config)).mocks.one(POLICY).inputs;
            const { name, role } = mocks.one(ROLE_POLICY).inputs;
            assert.deepEqual([name, role], ["read-airflow-secrets", `airflow.dev.${NAME}.${IDENTITY}`]);
            assert.equal(mocks.one(ROLE_POLICY).inputs.policy, policy, "the same grant as a user's");
        });

        it("passes on path and boundary to the role", async () => {
            const options = { iamPath: "/airflow/", permissionsBoundary: "arn:aws:iam::111122223333:policy/b" };
            const { mocks } = await build({ ...config, ...webIdentity, ...options });
            const { path, permissionsBoundary } = mocks.one(ROLE).inputs;
            assert.deepEqual({ iamPath: path, permissionsBoundary }, options);
        });

        it("sets nothing secret for pods that log in with their token", async () => {
            const kwargs = kwargsIn(await valuesOf({ ...config, ...webIdentity }, []));
            const { connections_prefix, variables_prefix, config_prefix, ...login } = kwargs;
            assert.ok(connections_prefix !== null && variables_prefix !== null && config_prefix === null);
            assert.deepEqual(login, {
                role_arn: "arn:aws:iam::111122223333:role/of-test",
                assume_role_method: "assume_role_with_web_identity",
                assume_role_with_web_identity_federation: "file",
                assume_role_with_web_identity_token_file: "/var/run/token",
                region_name: "eu-central-1",
            });
        });
    });
}
