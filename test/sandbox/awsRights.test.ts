import assert from "node:assert/strict";
import { once } from "node:events";
import {
    AddUserToGroupCommand,
    AttachRolePolicyCommand,
    AttachUserPolicyCommand,
    CreateAccessKeyCommand,
    CreateRoleCommand,
    CreateUserCommand,
    DeleteUserCommand,
    IAMClient,
    ListUsersCommand,
    PutUserPolicyCommand,
    UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import {
    CreateSecretCommand,
    DeleteSecretCommand,
    GetSecretValueCommand,
    SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { execa } from "execa";
import { freePorts } from "../../sandbox/services/ports";
import { programArgs } from "../../sandbox/services/providers";
import { AwsAccount, keyIn, type Key } from "./aws";
import { documentedPolicy } from "./documentedPolicy";
import { Harness } from "./harness";
import { identityName } from "./identityName";

const CRIMSON = "crimson-comet-2468";
const SILVER = "silver-quasar-9753";
const IVORY = "ivory-spark-3571";

const policyOf = (page: string): string => documentedPolicy(page, "json");

/** Runs the provider plugin with the policies of docs/aws.md and docs/environments.md, with the sandbox's names. */
describe("the documented IAM policies", function () {
    this.timeout(600_000);
    this.slow(60_000);
    this.bail(true);
    let harness: Harness;
    let aws: AwsAccount;
    let operator: Key;
    let viewer: Key;
    /** Name of the first Deployment's IAM user, and of the last one's IAM role. */
    let user: string;
    let role: string;

    before(async () => {
        harness = await Harness.openAttached(CRIMSON, SILVER, IVORY);
        aws = new AwsAccount(harness.sandbox.env);
        operator = await aws.createUser("operator", policyOf("aws.md"));
        viewer = await aws.createUser("viewer", policyOf("environments.md"));
        user = await identityName(harness, CRIMSON);
        role = await identityName(harness, IVORY);
    });
    after(() => harness.close());

    /** Calls `run` with a provider plugin that has this access key in its env vars, as the official plugin would. */
    async function as(key: Key, run: () => Promise<unknown>): Promise<void> {
        const { env } = harness.sandbox;
        const { port } = await freePorts("port");
        const host = execa(process.execPath, [...programArgs("providers/main.ts"), "--listen", `aws=${port}`], {
            env: { ...env, AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.secretAccessKey },
        });
        try {
            // The host prints a line once it listens. If it fails to start, it exits and this throws its error.
            await Promise.race([once(host.stdout, "data"), host]);
            await harness.attachingTo("aws", port, run);
        } finally {
            host.kill();
            await host.catch(() => undefined);
        }
    }

    it("let the operator run up and rotate credentials", () =>
        as(operator, async () => {
            await harness.up();
            const old = keyIn(await harness.resolvedEnv(CRIMSON));
            await harness.age({ days: 60 });
            await harness.up();
            const now = keyIn(await harness.resolvedEnv(CRIMSON));
            assert.deepEqual(await aws.keys(user), [now.accessKeyId, old.accessKeyId].sort());
            await harness.age({ days: 2 });
            await harness.up();
            assert.deepEqual([await aws.userOf(now), await aws.userOf(old)], [user, undefined]);
        }));

    it("let the operator compare the secrets of two places, and not the viewer", async () => {
        await harness.edit(([crimson]) => {
            crimson!.backend.scope = "moved";
        });
        const preview = async (key: Key): Promise<string> => {
            let all = "";
            await as(key, async () => {
                ({ all } = await harness.succeed(["preview"]));
            });
            return all;
        };
        assert.doesNotMatch(await preview(operator), /could not be compared/);
        assert.match(
            await preview(viewer),
            /could not be compared: .* may not list secrets \(secretsmanager:ListSecrets/,
        );
        await harness.restoreConfig();
    });

    it("let the viewer preview and detect drift, and change nothing", () =>
        as(viewer, async () => {
            await harness.succeed(["preview", "--expect-no-changes"]);
            await harness.succeed(["refresh", "--preview-only", "--expect-no-changes"]);
            await harness.age({ days: 60 });
            assert.match(await harness.failedUp(), /AccessDenied: .* not authorized to perform: iam:CreateAccessKey/);
        }));

    it("let the operator destroy the stack, even if somebody attached more to an identity by hand", async () => {
        const PolicyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        await aws.iam.send(new AttachUserPolicyCommand({ UserName: user, PolicyArn }));
        await aws.iam.send(new AttachRolePolicyCommand({ RoleName: role, PolicyArn }));
        await aws.iam.send(
            new PutUserPolicyCommand({ UserName: user, PolicyName: "more", PolicyDocument: policyOf("aws.md") }),
        );
        await aws.iam.send(new CreateAccessKeyCommand({ UserName: user }));
        await as(operator, () => harness.succeed(["destroy", "--yes", "--skip-preview"]));
        assert.deepEqual([await aws.users(), await aws.roles()], [["operator", "viewer"], []]);
        assert.deepEqual([await aws.secrets(), await aws.parameters()], [[], []]);
    });

    it("give the operator no access to anything else", async () => {
        const { AWS_ENDPOINT_URL: endpoint = "", AWS_REGION: region = "" } = harness.sandbox.env;
        const config = { endpoint, region, credentials: operator };
        const [iam, secrets, ssm] = [new IAMClient(config), new SecretsManagerClient(config), new SSMClient(config)];
        const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
        const ownPolicy = { UserName: "operator", PolicyName: "documented", PolicyDocument: policyOf("aws.md") };
        const testSecret = `airflow/${CRIMSON}/variables/verify_variable`;
        for (const Name of ["payroll", `${testSecret}_2`]) {
            await aws.secretsManager.send(new CreateSecretCommand({ Name, SecretString: "hidden" }));
        }
        await aws.ssm.send(new PutParameterCommand({ Name: "/payroll", Value: "hidden", Type: "SecureString" }));
        const refused: Record<string, () => Promise<unknown>> = {
            "a user of another stack": () => iam.send(new CreateUserCommand({ UserName: "airflow.prod.a" })),
            "somebody else's user": () => iam.send(new DeleteUserCommand({ UserName: "viewer" })),
            "a role of another stack": () =>
                iam.send(new CreateRoleCommand({ RoleName: "airflow.prod.a", AssumeRolePolicyDocument: "{}" })),
            "whom somebody else's role trusts": () =>
                iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: "payroll", PolicyDocument: "{}" })),
            "a managed policy of a role": () => iam.send(new AttachRolePolicyCommand({ RoleName: role, PolicyArn })),
            "a list of users": () => iam.send(new ListUsersCommand({})),
            "its own policy": () => iam.send(new PutUserPolicyCommand(ownPolicy)),
            "an access key for itself": () => iam.send(new CreateAccessKeyCommand({ UserName: "operator" })),
            "a managed policy": () => iam.send(new AttachUserPolicyCommand({ UserName: user, PolicyArn })),
            "a group": () => iam.send(new AddUserToGroupCommand({ UserName: user, GroupName: "admins" })),
            "a secret whose key begins like a test secret's": () =>
                secrets.send(new GetSecretValueCommand({ SecretId: `${testSecret}_2` })),
            "deleting it": () => secrets.send(new DeleteSecretCommand({ SecretId: `${testSecret}_2` })),
            "overwriting such a parameter": () =>
                ssm.send(
                    new PutParameterCommand({ Name: `/${testSecret}_2`, Value: "a", Type: "String", Overwrite: true }),
                ),
            "another secret's value": () => secrets.send(new GetSecretValueCommand({ SecretId: "payroll" })),
            "deleting another secret": () => secrets.send(new DeleteSecretCommand({ SecretId: "payroll" })),
            "creating another secret": () =>
                secrets.send(new CreateSecretCommand({ Name: "payroll2", SecretString: "a" })),
            "another parameter's value": () => ssm.send(new GetParameterCommand({ Name: "/payroll" })),
            "overwriting another parameter": () =>
                ssm.send(new PutParameterCommand({ Name: "/payroll", Value: "a", Type: "String", Overwrite: true })),
        };
        for (const [what, attempt] of Object.entries(refused)) {
            await assert.rejects(attempt, /AccessDenied|not authorized/, what);
        }
    });
});
