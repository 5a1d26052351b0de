import assert from "node:assert/strict";
import { once } from "node:events";
import {
    AddUserToGroupCommand,
    AttachUserPolicyCommand,
    CreateAccessKeyCommand,
    CreateUserCommand,
    DeleteUserCommand,
    IAMClient,
    ListUsersCommand,
    PutUserPolicyCommand,
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
import { program } from "../../sandbox/services/providers";
import { AwsAccount, keyIn, type Key } from "./aws";
import { documentedPolicy } from "./documentedPolicy";
import { Harness } from "./harness";

const CRIMSON = "crimson-comet-2468";
const SILVER = "silver-quasar-9753";
const USER = `airflow.dev.${CRIMSON}`;

const policyOf = (page: string): string => documentedPolicy(page, "json");

/** The policies of docs/aws.md and docs/environments.md, in the sandbox's places, and the provider plugin with them. */
describe("the rights in AWS that the pages name", function () {
    this.timeout(600_000);
    this.slow(60_000);
    this.bail(true);
    let harness: Harness;
    let aws: AwsAccount;
    let operator: Key;
    let viewer: Key;

    before(async () => {
        harness = await Harness.open(CRIMSON, SILVER);
        aws = new AwsAccount(harness.sandbox.env);
        operator = await aws.createUser("operator", policyOf("aws.md"));
        viewer = await aws.createUser("viewer", policyOf("environments.md"));
    });
    after(() => harness.close());

    /** Runs with a provider plugin that has this access key in its environment, as the official one would. */
    async function as(key: Key, run: () => Promise<unknown>): Promise<void> {
        const { env } = harness.sandbox;
        const { PULUMI_DEBUG_PROVIDERS: attached = "" } = env;
        const { port } = await freePorts("port");
        const host = execa(process.execPath, [...program("providers/main.ts"), "--listen", `aws=${port}`], {
            env: { ...env, AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.secretAccessKey },
        });
        try {
            // It says that it listens, or it ends and says why.
            await Promise.race([once(host.stdout, "data"), host]);
            env.PULUMI_DEBUG_PROVIDERS = attached.replace(/\baws:\d+/, `aws:${port}`);
            await run();
        } finally {
            env.PULUMI_DEBUG_PROVIDERS = attached;
            host.kill();
            await host.catch(() => undefined);
        }
    }

    it("let the operator bring the stack up and rotate", () =>
        as(operator, async () => {
            await harness.up();
            const old = keyIn(await harness.resolvedEnv(CRIMSON));
            await harness.edit((deployments) => {
                for (const { backend } of deployments) {
                    backend.generation = 2;
                }
            });
            await harness.up();
            const now = keyIn(await harness.resolvedEnv(CRIMSON));
            assert.deepEqual([await aws.userOf(now), await aws.userOf(old)], [USER, undefined]);
        }));

    it("let the viewer preview and look for drift, and change nothing", () =>
        as(viewer, async () => {
            await harness.succeed(["preview", "--expect-no-changes"]);
            await harness.succeed(["refresh", "--preview-only", "--expect-no-changes"]);
            await harness.edit(([crimson]) => {
                crimson!.backend.generation = 3;
            });
            assert.match(await harness.refusedUp(), /AccessDenied: .* not authorized to perform: iam:CreateAccessKey/);
            await harness.edit(([crimson]) => {
                crimson!.backend.generation = 2;
            });
        }));

    it("let the operator destroy the stack, with what somebody gave a user by hand", async () => {
        const PolicyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        await aws.iam.send(new AttachUserPolicyCommand({ UserName: USER, PolicyArn }));
        await aws.iam.send(
            new PutUserPolicyCommand({ UserName: USER, PolicyName: "more", PolicyDocument: policyOf("aws.md") }),
        );
        await aws.iam.send(new CreateAccessKeyCommand({ UserName: USER }));
        await as(operator, () => harness.succeed(["destroy", "--yes", "--skip-preview"]));
        assert.deepEqual(await aws.users(), ["operator", "viewer"]);
        assert.deepEqual([await aws.secrets(), await aws.parameters()], [[], []]);
    });

    it("let the operator do nothing elsewhere", async () => {
        const { AWS_ENDPOINT_URL: endpoint = "", AWS_REGION: region = "" } = harness.sandbox.env;
        const config = { endpoint, region, credentials: operator };
        const [iam, secrets, ssm] = [new IAMClient(config), new SecretsManagerClient(config), new SSMClient(config)];
        const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
        const own = { UserName: "operator", PolicyName: "documented", PolicyDocument: policyOf("aws.md") };
        await aws.secretsManager.send(new CreateSecretCommand({ Name: "payroll", SecretString: "hidden" }));
        await aws.ssm.send(new PutParameterCommand({ Name: "/payroll", Value: "hidden", Type: "SecureString" }));
        const refused: Record<string, () => Promise<unknown>> = {
            "a user of another stack": () => iam.send(new CreateUserCommand({ UserName: "airflow.prod.a" })),
            "somebody else's user": () => iam.send(new DeleteUserCommand({ UserName: "viewer" })),
            "a list of users": () => iam.send(new ListUsersCommand({})),
            "its own policy": () => iam.send(new PutUserPolicyCommand(own)),
            "a key of its own": () => iam.send(new CreateAccessKeyCommand({ UserName: "operator" })),
            "a managed policy": () => iam.send(new AttachUserPolicyCommand({ UserName: USER, PolicyArn })),
            "a group": () => iam.send(new AddUserToGroupCommand({ UserName: USER, GroupName: "admins" })),
            "another secret's value": () => secrets.send(new GetSecretValueCommand({ SecretId: "payroll" })),
            "another secret": () => secrets.send(new DeleteSecretCommand({ SecretId: "payroll" })),
            "a secret elsewhere": () => secrets.send(new CreateSecretCommand({ Name: "payroll2", SecretString: "a" })),
            "another parameter": () => ssm.send(new GetParameterCommand({ Name: "/payroll" })),
            "a parameter elsewhere": () =>
                ssm.send(new PutParameterCommand({ Name: "/payroll", Value: "a", Type: "String", Overwrite: true })),
        };
        for (const [what, attempt] of Object.entries(refused)) {
            await assert.rejects(attempt, /AccessDenied|not authorized/, what);
        }
    });
});
