import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
    AddUserToGroupCommand,
    AttachRolePolicyCommand,
    AttachUserPolicyCommand,
    CreateAccessKeyCommand,
    CreateGroupCommand,
    CreateLoginProfileCommand,
    CreateUserCommand,
    CreateVirtualMFADeviceCommand,
    DeleteAccessKeyCommand,
    DeleteUserCommand,
    EnableMFADeviceCommand,
    PutUserPolicyCommand,
    UpdateUserCommand,
} from "@aws-sdk/client-iam";
import {
    CreateSecretCommand,
    DeleteSecretCommand,
    DescribeSecretCommand,
    ListSecretVersionIdsCommand,
} from "@aws-sdk/client-secrets-manager";
import type { Properties } from "../../provider/resourceType";
import { awsPackage } from "../../sandbox/providers/aws/package";
import { bridgedDiff } from "../../sandbox/providers/bridge/diff";
import type { BridgedType } from "../../sandbox/providers/bridge/schema";
import { startAws } from "../../sandbox/services/aws";
import { freePorts } from "../../sandbox/services/ports";
import { Supervisor } from "../../sandbox/services/supervisor";
import { install } from "../../sandbox/tools/installed";
import { AwsAccount } from "./aws";

const KEY = "arn:aws:kms:us-east-1:000000000000:key/1234abcd";
const UserName = "ann";
const region = "us-east-1";

/** Tests the stand-ins for AWS and for its official provider plugin, without Pulumi. */
describe("the sandbox's AWS", function () {
    this.timeout(60_000);
    this.slow(5_000);
    let dir: string;
    let supervisor: Supervisor;
    let aws: AwsAccount;
    const { resources } = awsPackage;

    before(async () => {
        const { ministack } = await install();
        dir = await mkdtemp(join(tmpdir(), "sandbox-aws-"));
        supervisor = await Supervisor.start(dir);
        const { port, issuer } = await freePorts("port", "issuer");
        const env = await startAws(supervisor, { binaryDir: ministack, dir: join(dir, "aws"), port, issuer });
        aws = new AwsAccount(env);
        // AWS clients read these env vars on first use. The provider plugin's clients run in this process too.
        Object.assign(process.env, env);
        await aws.iam.send(new CreateGroupCommand({ GroupName: "analysts" }));
    });
    after(async () => {
        await supervisor.close();
        await rm(dir, { recursive: true, force: true });
    });
    beforeEach(() => aws.iam.send(new CreateUserCommand({ UserName })));
    afterEach(async () => {
        await Promise.all((await aws.users()).map((name) => user().delete(name, { forceDestroy: true })));
    });

    const user = (): BridgedType => resources["aws:iam/user:User"]!;
    const secret = (): BridgedType => resources["aws:secretsmanager/secret:Secret"]!;
    const version = (): BridgedType => resources["aws:secretsmanager/secretVersion:SecretVersion"]!;

    const statement = { Effect: "Allow", Action: "ssm:GetParameter", Resource: "*" };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });

    /** Ways in which somebody may change a user by hand, by what the user has afterwards. */
    const manualChanges: Record<string, () => Promise<unknown>> = {
        "an access key": () => aws.iam.send(new CreateAccessKeyCommand({ UserName })),
        "a policy": () => aws.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "more", PolicyDocument })),
        "an attached policy": () => {
            const PolicyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
            return aws.iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
        },
        "a group": () => aws.iam.send(new AddUserToGroupCommand({ UserName, GroupName: "analysts" })),
        "a password": () => aws.iam.send(new CreateLoginProfileCommand({ UserName, Password: "Verify-1-password" })),
        "an MFA device": async () => {
            const created = await aws.iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: UserName }));
            const SerialNumber = created.VirtualMFADevice?.SerialNumber;
            const codes = { AuthenticationCode1: "123456", AuthenticationCode2: "654321" };
            await aws.iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...codes }));
        },
    };

    for (const [what, change] of Object.entries(manualChanges)) {
        it(`deletes a user that has ${what} only with forceDestroy, which removes it first`, async () => {
            await change();
            await assert.rejects(aws.iam.send(new DeleteUserCommand({ UserName })), /Cannot delete entity, must/);
            await user().delete(UserName, { forceDestroy: true });
            assert.deepEqual(await aws.users(), []);
        });
    }

    it("keeps a renamed user's keys and policies, under the new name only", async () => {
        await manualChanges["a policy"]!();
        const { AccessKey } = await aws.iam.send(new CreateAccessKeyCommand({ UserName }));
        const { AccessKeyId = "", SecretAccessKey: secretAccessKey = "" } = AccessKey ?? {};
        await aws.iam.send(new UpdateUserCommand({ UserName, NewUserName: "bea" }));
        assert.deepEqual(await aws.policy("bea"), { Version: "2012-10-17", Statement: [statement] });
        assert.equal(await aws.userOf({ accessKeyId: AccessKeyId, secretAccessKey }), "bea");
        const byOldName = new DeleteAccessKeyCommand({ UserName, AccessKeyId });
        await assert.rejects(aws.iam.send(byOldName), { name: "NoSuchEntityException" });
        // The official plugin treats this error as success: to it, the key is deleted.
        await resources["aws:iam/accessKey:AccessKey"]!.delete(AccessKeyId, { user: UserName });
        assert.deepEqual(await aws.keys("bea"), [AccessKeyId]);
    });

    it("reports errors in the official plugin's words", async () => {
        const what = "creating IAM User \\(ann\\): operation error IAM: CreateUser";
        const response = "https response error StatusCode: 409, RequestID: [\\w-]+";
        const why = "EntityAlreadyExists: User with name ann already exists\\.";
        const refused = user().create({ name: UserName, path: "/" });
        await assert.rejects(refused, { message: new RegExp(`^${what}, ${response}, ${why}$`) });
        const key = resources["aws:iam/accessKey:AccessKey"]!;
        const inputs = { user: UserName, status: "Active" };
        await key.create(inputs);
        const { outputs } = await key.create(inputs);
        assert.match(String(outputs.sesSmtpPasswordV4), /^B[\w+/]{43}$/);
        await assert.rejects(key.create(inputs), /LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2$/);
    });

    it("has roles with Terraform's outputs, which it deletes with their policies only with forceDetachPolicies", async () => {
        const role = resources["aws:iam/role:Role"]!;
        const policy = resources["aws:iam/rolePolicy:RolePolicy"]!;
        const trust = {
            ...statement,
            Action: "sts:AssumeRole",
            Principal: { AWS: "000000000000" },
            Resource: undefined,
        };
        const assumeRolePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
        const inputs = {
            name: "airflow.ivory",
            path: "/",
            assumeRolePolicy,
            maxSessionDuration: 3600,
            tags: { a: "b" },
        };
        const { id, outputs } = await role.create(inputs);
        const { uniqueId, createDate, tagsAll, ...found } = outputs;
        assert.match(`${String(uniqueId)} ${String(createDate)}`, /^AROA\w+ \d{4}-\d\d-\d\dT/);
        assert.deepEqual(
            [id, tagsAll, found.inlinePolicies, found.managedPolicyArns],
            ["airflow.ivory", inputs.tags, [], []],
        );
        assert.equal(found.arn, "arn:aws:iam::000000000000:role/airflow.ivory");
        await policy.create({ role: id, name: "read", policy: PolicyDocument });
        const PolicyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        await aws.iam.send(new AttachRolePolicyCommand({ RoleName: id, PolicyArn }));
        const { inlinePolicies, managedPolicyArns } = (await role.read(id, outputs)) ?? {};
        assert.deepEqual(
            [inlinePolicies, managedPolicyArns],
            [[{ name: "read", policy: PolicyDocument }], [PolicyArn]],
        );
        const refused = role.delete(id, { forceDetachPolicies: false });
        await assert.rejects(
            refused,
            /^Error: deleting IAM Role \(airflow\.ivory\): operation error IAM: DeleteRole, .*Conflict/,
        );
        await role.delete(id, { forceDetachPolicies: true });
        assert.deepEqual([await aws.roles(), await role.read(id, outputs)], [[], undefined]);
    });

    describe("a secret of the provider host", () => {
        const inputs = { name: "airflow/verify", region, recoveryWindowInDays: 7, kmsKeyId: KEY };
        let id: string;
        let outputs: Properties;

        beforeEach(async () => {
            ({ id, outputs } = await secret().create(inputs));
        });
        afterEach(() => secret().delete(id, { region, recoveryWindowInDays: 0 }));

        it("keeps its KMS key when kmsKeyId is removed, and the diff remains", async () => {
            const { kmsKeyId, ...without } = inputs;
            assert.equal(outputs.kmsKeyId, kmsKeyId);
            const updated = await secret().update!(id, without, outputs);
            const { KmsKeyId } = await aws.secretsManager.send(new DescribeSecretCommand({ SecretId: id }));
            assert.deepEqual([KmsKeyId, updated.kmsKeyId], [KEY, KEY]);
            assert.deepEqual(bridgedDiff(secret(), updated, without, []).getDiffsList(), ["kmsKeyId"]);
        });

        it("waits for a name that AWS still reserves", async () => {
            await secret().delete(id, outputs);
            const secondCreate = secret().create(inputs);
            const refused = aws.secretsManager.send(new CreateSecretCommand({ Name: inputs.name }));
            await assert.rejects(refused, /with this name is already scheduled for deletion/);
            const deleteNow = { SecretId: id, ForceDeleteWithoutRecovery: true };
            await aws.secretsManager.send(new DeleteSecretCommand(deleteNow));
            ({ id, outputs } = await secondCreate);
            assert.equal(outputs.name, inputs.name);
        });

        it("has versions with Terraform's ids, and removes the label of a deleted old version", async () => {
            const first = await version().create({ secretId: id, region, secretString: "one" });
            const second = await version().create({ secretId: id, region, secretString: "two" });
            assert.match(second.id, /^arn:aws:secretsmanager:.*\|terraform-\d{18}[\da-f]{8}$/);
            assert.deepEqual([second.outputs.secretArn, second.outputs.versionStages], [id, ["AWSCURRENT"]]);
            const old = await version().read(first.id, first.outputs);
            assert.deepEqual(old?.versionStages, ["AWSPREVIOUS"]);
            await version().delete(first.id, old);
            await version().delete(second.id, second.outputs);
            const { Versions = [] } = await aws.secretsManager.send(
                new ListSecretVersionIdsCommand({ SecretId: id, IncludeDeprecated: true }),
            );
            const labelled = Versions.filter(({ VersionStages = [] }) => VersionStages.length > 0);
            assert.deepEqual(
                labelled.map(({ VersionId, VersionStages }) => [`${id}|${String(VersionId)}`, VersionStages]),
                [[second.id, ["AWSCURRENT"]]],
            );
        });
    });

    it("keeps a parameter's KMS key when keyId is removed, without a diff", async () => {
        const parameter = resources["aws:ssm/parameter:Parameter"]!;
        const withoutKey = { name: "/airflow/verify", region, type: "SecureString", value: "one" };
        const { id, outputs } = await parameter.create({ ...withoutKey, keyId: KEY });
        const { keyId, tier, dataType, tagsAll } = outputs;
        assert.deepEqual([keyId, tier, dataType, tagsAll], [KEY, "Standard", "text", {}]);
        assert.deepEqual(bridgedDiff(parameter, outputs, withoutKey, []).getDiffsList(), []);
        const updated = await parameter.update!(id, { ...withoutKey, keyId: "alias/aws/ssm" }, outputs);
        assert.equal(updated.keyId, "alias/aws/ssm");
        await parameter.delete(id, updated);
        assert.equal(await parameter.read(id, updated), undefined);
    });
});
