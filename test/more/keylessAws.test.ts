import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { AssumeRoleWithWebIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { execa } from "execa";
import { edgeEnv } from "../../sandbox/verify/airflowRun";
import { AwsAccount, keyIn } from "../sandbox/aws";
import { Harness, type DeploymentEntry } from "../sandbox/harness";
import { podTokens, type PodTokens } from "../sandbox/podTokens";

const IVORY = "ivory-spark-3571";
const SCHEDULER = `${IVORY}-scheduler`;
const NAMESPACE = `airflow-${IVORY}`;

/** Prints as whom a process acts that uses AWS without an Airflow connection. */
const WHO = "import boto3; print(boto3.client('sts', region_name='us-east-1').get_caller_identity()['Arn'])";
/** The identity that the Deployment's pods have without this project: the sandbox's administrator. */
const OWN_IDENTITY = "[default]\naws_access_key_id = test\naws_secret_access_key = test\n";

/** The tests follow the life of a stack, so each depends on the one before. */
describe("a Deployment that logs in to AWS with its pods' own token", function () {
    this.timeout(300_000);
    this.slow(60_000);
    this.bail(true);
    let harness: Harness;
    let aws: AwsAccount;
    let tokens: PodTokens;

    before(async () => {
        harness = await Harness.openAttached(IVORY);
        aws = new AwsAccount(harness.sandbox.env);
        const pods = { namespace: NAMESPACE, serviceAccount: SCHEDULER, audience: "sts.amazonaws.com" };
        tokens = await podTokens(harness, pods);
    });
    after(() => harness.close());

    /** Logs in with the token as the pods would, and reads the test variable. */
    async function read(WebIdentityToken: string): Promise<string | undefined> {
        const { AWS_ENDPOINT_URL: endpoint = "", AWS_REGION: region = "" } = harness.sandbox.env;
        const { role_arn: RoleArn } = (await harness.kwargs(IVORY)) as { role_arn: string };
        const sts = new STSClient({ endpoint, region });
        const command = new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: "test", WebIdentityToken });
        const { Credentials: found } = await sts.send(command);
        const credentials = {
            accessKeyId: found?.AccessKeyId ?? "",
            secretAccessKey: found?.SecretAccessKey ?? "",
            sessionToken: found?.SessionToken ?? "",
        };
        const client = new SecretsManagerClient({ endpoint, region, credentials });
        const SecretId = `airflow/${IVORY}/variables/verify_variable`;
        return (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString;
    }

    /** Returns as whom a DAG acts that uses AWS without a connection, with the env vars that the stack has set. */
    async function defaultIdentity(): Promise<string> {
        const file = join(harness.dir, "credentials");
        await writeFile(file, OWN_IDENTITY);
        const env = { ...edgeEnv(harness.sandbox.edge), AWS_SHARED_CREDENTIALS_FILE: file };
        const python = join(harness.installed.airflow, "bin", "python");
        const set = await harness.resolvedEnv(IVORY);
        const { stdout } = await execa(python, ["-c", WHO], { env: { ...env, ...set }, extendEnv: false });
        return stdout;
    }

    const useKey = (deployment: DeploymentEntry): void => {
        delete deployment.backend.login;
        delete deployment.backend.issuer;
        delete deployment.target.serviceAccounts;
    };
    const edit = (change: (deployment: DeploymentEntry) => void): Promise<void> =>
        harness.edit((deployments) => {
            deployments.forEach(change);
        });

    it("gets a role, and nothing secret", async () => {
        await harness.up();
        assert.deepEqual([(await aws.roles()).length, await aws.users()], [1, []]);
        const { resources } = await harness.state();
        assert.ok(!resources.some(({ type }) => type === "aws:iam/accessKey:AccessKey"));
        const output = await harness.succeed(["stack", "output", "deployments", "--json"], { configFile: false });
        const { env } = (JSON.parse(output.stdout) as Record<string, { env: unknown }>)[IVORY]!;
        assert.deepEqual(env, [
            { name: "AIRFLOW__SECRETS__BACKEND", secret: false },
            { name: "AIRFLOW__SECRETS__BACKEND_KWARGS", secret: false },
        ]);
        const { role_arn, ...kwargs } = await harness.kwargs(IVORY);
        assert.match(String(role_arn), /^arn:aws:iam::000000000000:role\/airflow\.dev\.ivory-spark-3571\.[0-9a-f]{8}$/);
        assert.deepEqual(kwargs, {
            connections_prefix: `airflow/${IVORY}/connections`,
            variables_prefix: `airflow/${IVORY}/variables`,
            config_prefix: null,
            assume_role_method: "assume_role_with_web_identity",
            assume_role_with_web_identity_federation: "file",
            assume_role_with_web_identity_token_file: "/var/run/secrets/airflow-secrets-backend/token",
            region_name: "us-east-1",
        });
    });

    it("reads with the token of its own service account", async () => {
        assert.match((await read(tokens.good)) ?? "", /./);
    });

    it("is refused with every other token", async () => {
        const expected: Readonly<Record<string, RegExp>> = {
            "of another namespace": /^AccessDenied$/,
            "of another service account": /^AccessDenied$/,
            "for another audience": /^InvalidIdentityToken/,
            "of another issuer": /^InvalidIdentityToken/,
            "with another issuer's signature": /^InvalidIdentityToken/,
            "that has expired": /^ExpiredToken/,
        };
        assert.deepEqual(Object.keys(tokens.refused), Object.keys(expected));
        for (const [what, token] of Object.entries(tokens.refused)) {
            await assert.rejects(read(token), (error: Error) => {
                assert.match(error.name, expected[what]!, `${what}: ${error.message}`);
                return true;
            });
        }
    });

    it("does not change in the next run, nor when it is refreshed", async () => {
        await harness.up("--expect-no-changes");
        await harness.succeed(["refresh", "--yes", "--expect-no-changes", "--skip-preview"]);
    });

    it("gets a user with an access key instead, and DAGs keep the identity that they had", async () => {
        await edit(useKey);
        await harness.up();
        const [user = ""] = await aws.users();
        assert.deepEqual([(await aws.roles()).length, (await aws.keys(user)).length], [1, 1]);
        assert.equal(await aws.userOf(keyIn(await harness.resolvedEnv(IVORY))), user);
        assert.equal(await defaultIdentity(), "arn:aws:iam::000000000000:root");
    });

    it("gives DAGs the same key if it is in the environment", async () => {
        const key = keyIn(await harness.resolvedEnv(IVORY));
        await edit(({ backend }) => {
            backend.credentialIn = "environment";
        });
        const { all } = await harness.up();
        assert.match(all, /become the identity of every DAG in ivory-spark-3571/);
        assert.deepEqual(keyIn(await harness.resolvedEnv(IVORY)), key);
        const [user = ""] = await aws.users();
        assert.equal(await defaultIdentity(), `arn:aws:iam::000000000000:user/${user}`);
    });

    it("goes back to the role, and its key is gone when the overlap is over", async () => {
        await harness.restoreConfig();
        await harness.up();
        const [user = ""] = await aws.users();
        assert.deepEqual([(await aws.roles()).length, (await aws.keys(user)).length], [1, 1]);
        assert.match((await read(tokens.good)) ?? "", /./);
        await harness.age({ days: 2 });
        await harness.up();
        assert.deepEqual([(await aws.roles()).length, await aws.users()], [1, []]);
    });

    it("leaves nothing behind", async () => {
        await harness.succeed(["destroy", "--yes", "--skip-preview"]);
        assert.deepEqual([await aws.roles(), await aws.users(), await aws.secrets()], [[], [], []]);
    });
});
