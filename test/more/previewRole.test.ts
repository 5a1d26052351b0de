import assert from "node:assert/strict";
import {
    CreateAccessKeyCommand,
    CreateUserCommand,
    DeleteUserPolicyCommand,
    GetUserCommand,
    GetUserPolicyCommand,
    IAMClient,
    ListAccessKeysCommand,
    PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
    CreateSecretCommand,
    DescribeSecretCommand,
    GetSecretValueCommand,
    PutSecretValueCommand,
    SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { AwsAccount } from "../sandbox/aws";
import { documentedPolicy } from "../sandbox/documentedPolicy";
import { Harness } from "../sandbox/harness";
import { identityName } from "../sandbox/identityName";
import { VaultUser, withKv1 } from "../sandbox/vaultUser";

const SOLAR = "solar-dust-1234";
const CRIMSON = "crimson-comet-2468";
const SILVER = "silver-quasar-9753";
const LUNAR = "lunar-tide-5678";

/** Tests the read-only policies of docs/environments.md, with the sandbox's names. */
describe("the preview role", function () {
    this.timeout(600_000);
    this.slow(60_000);
    let harness: Harness;

    before(async () => {
        harness = await Harness.open(SOLAR, LUNAR, CRIMSON, SILVER);
        await harness.up();
    });
    after(() => harness.close());

    const policy = (language: "hcl" | "json"): string => documentedPolicy("environments.md", language);

    describe("in Vault", () => {
        const secret = `secret/data/${SOLAR}/variables`;
        let user: VaultUser;
        let name: string;
        let role: string;
        let accessor: string;

        before(async () => {
            name = await identityName(harness, SOLAR);
            role = `auth/approle/role/${name}`;
            user = await VaultUser.create(harness, "preview", withKv1(policy("hcl")));
            [accessor = ""] = await harness.vaultList(`${role}/secret-id`);
        });

        const call = (method: string, path: string, body?: object) => harness.vaultAs(user.token, method, path, body);

        it("can preview and detect drift, but not run up", async () => {
            await user.run(async () => {
                await harness.succeed(["preview", "--expect-no-changes"]);
                await harness.succeed(["refresh", "--preview-only", "--expect-no-changes"]);
                await harness.edit(([solar]) => {
                    solar!.backend.tokenTtl = 600;
                });
                assert.match(await harness.failedUp(), /Code: 403.*permission denied/s);
            });
            await harness.restoreConfig();
        });

        it("cannot read a secret id", async () => {
            const found = await call("POST", `${role}/secret-id-accessor/lookup`, { secret_id_accessor: accessor });
            assert.equal("secret_id" in (found.data as object), false);
        });

        it("cannot change anything, create a login of Airflow or read another secret", async () => {
            await harness.vault("POST", `${secret}/password`, { data: { value: "hidden" } });
            const refused: [method: string, path: string, body?: object][] = [
                ["PUT", `sys/policies/acl/${name}`, { policy: "" }],
                ["DELETE", `sys/policies/acl/${name}`],
                ["POST", role, { token_ttl: 60 }],
                ["DELETE", role],
                ["POST", `${role}/secret-id`],
                ["POST", `${role}/secret-id-accessor/destroy`, { secret_id_accessor: accessor }],
                ["POST", `${secret}/verify_variable`, { data: { value: "changed" } }],
                ["DELETE", `${secret}/verify_variable`],
                ["GET", `${secret}/password`],
                ["LIST", `secret/metadata/${SOLAR}`],
                ["POST", "auth/token/create", { policies: ["root"] }],
            ];
            for (const [method, path, body] of refused) {
                await assert.rejects(call(method, path, body), /answered (400|403) /, `${method} ${path}`);
            }
        });
    });

    describe("in AWS", () => {
        const PolicyName = "read-airflow-secrets";
        const SecretId = `airflow/${CRIMSON}/variables/verify_variable`;
        const Name = `/airflow/${SILVER}/variables/verify_variable`;
        let UserName: string;
        let iam: IAMClient;
        let secretsManager: SecretsManagerClient;
        let ssm: SSMClient;

        before(async () => {
            UserName = await identityName(harness, CRIMSON);
            const aws = new AwsAccount(harness.sandbox.env);
            const credentials = await aws.createUser("preview", policy("json"));
            const { AWS_ENDPOINT_URL: endpoint = "", AWS_REGION: region = "" } = harness.sandbox.env;
            iam = new IAMClient({ endpoint, region, credentials });
            secretsManager = new SecretsManagerClient({ endpoint, region, credentials });
            ssm = new SSMClient({ endpoint, region, credentials });
            for (const key of ["password", "verify_variable_2"]) {
                const Name = `airflow/${CRIMSON}/variables/${key}`;
                await aws.secretsManager.send(new CreateSecretCommand({ Name, SecretString: "hidden" }));
            }
            await aws.ssm.send(new PutParameterCommand({ Name: `${Name}_2`, Value: "hidden", Type: "SecureString" }));
        });

        it("can read the stack's resources", async () => {
            await iam.send(new GetUserCommand({ UserName }));
            await iam.send(new GetUserPolicyCommand({ UserName, PolicyName }));
            await iam.send(new ListAccessKeysCommand({ UserName }));
            await secretsManager.send(new DescribeSecretCommand({ SecretId }));
            await secretsManager.send(new GetSecretValueCommand({ SecretId }));
            await ssm.send(new GetParameterCommand({ Name }));
        });

        it("cannot change anything or read another secret", async () => {
            const PolicyDocument = policy("json");
            const password = `airflow/${CRIMSON}/variables/password`;
            const refused: Record<string, () => Promise<unknown>> = {
                CreateUser: () => iam.send(new CreateUserCommand({ UserName: "airflow.dev.another" })),
                PutUserPolicy: () => iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument })),
                DeleteUserPolicy: () => iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName })),
                CreateAccessKey: () => iam.send(new CreateAccessKeyCommand({ UserName })),
                "an access key for itself": () => iam.send(new CreateAccessKeyCommand({ UserName: "preview" })),
                PutSecretValue: () =>
                    secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString: "changed" })),
                "another secret": () => secretsManager.send(new GetSecretValueCommand({ SecretId: password })),
                "a secret whose key begins like a test secret's": () =>
                    secretsManager.send(new GetSecretValueCommand({ SecretId: `${SecretId}_2` })),
                "such a parameter": () => ssm.send(new GetParameterCommand({ Name: `${Name}_2` })),
                PutParameter: () => ssm.send(new PutParameterCommand({ Name, Value: "changed", Overwrite: true })),
                "another parameter": () => ssm.send(new GetParameterCommand({ Name: "/airflow/variables/password" })),
            };
            for (const [what, attempt] of Object.entries(refused)) {
                await assert.rejects(attempt, /AccessDenied|not authorized/, what);
            }
        });
    });

    describe("in Houston", () => {
        it("can preview and detect drift as a Viewer, but not run up", async () => {
            const { env, houston } = harness.sandbox;
            env.ASTRONOMER_API_TOKEN = houston.keys.viewer;
            await harness.succeed(["preview", "--expect-no-changes"]);
            await harness.succeed(["refresh", "--preview-only", "--expect-no-changes"]);
            await harness.edit((deployments) => {
                const lunar = deployments.find(({ name }) => name === LUNAR)!;
                lunar.backend.scope = "moved";
            });
            assert.match(await harness.failedUp(), /Cannot write the environment variables of lunar-tide-5678/);
        });
    });
});
