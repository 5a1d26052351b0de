import {
    CreateAccessKeyCommand,
    CreateUserCommand,
    GetUserPolicyCommand,
    IAMClient,
    ListAccessKeysCommand,
    ListRolesCommand,
    ListUserPoliciesCommand,
    ListUsersCommand,
    PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { DescribeParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

/** An IAM access key, as in a Deployment's env vars. */
export interface Key {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
}

/** Administrator's access to the sandbox's AWS account. */
export class AwsAccount {
    readonly iam: IAMClient;
    readonly secretsManager: SecretsManagerClient;
    readonly ssm: SSMClient;
    private readonly clientConfig: { readonly region: string; readonly endpoint: string };

    /** @param env the sandbox's env vars */
    constructor(env: Readonly<Record<string, string>>) {
        const { AWS_ENDPOINT_URL: endpoint = "", AWS_REGION: region = "" } = env;
        const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = env;
        this.clientConfig = { endpoint, region };
        const config = { ...this.clientConfig, credentials: { accessKeyId, secretAccessKey } };
        this.iam = new IAMClient(config);
        this.secretsManager = new SecretsManagerClient(config);
        this.ssm = new SSMClient(config);
    }

    /** Creates an IAM user with one inline policy; returns an access key of the user. */
    async createUser(UserName: string, PolicyDocument: string): Promise<Key> {
        await this.iam.send(new CreateUserCommand({ UserName }));
        await this.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "documented", PolicyDocument }));
        const { AccessKey } = await this.iam.send(new CreateAccessKeyCommand({ UserName }));
        return keyIn({ AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId, AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey });
    }

    async users(): Promise<string[]> {
        const { Users = [] } = await this.iam.send(new ListUsersCommand({}));
        return Users.map(({ UserName }) => UserName ?? "").sort();
    }

    /** Returns the names of this project's roles. */
    async roles(): Promise<string[]> {
        const { Roles = [] } = await this.iam.send(new ListRolesCommand({}));
        return Roles.flatMap(({ RoleName = "" }) => (RoleName.startsWith("airflow.") ? RoleName : [])).sort();
    }

    async keys(user: string): Promise<string[]> {
        const { AccessKeyMetadata = [] } = await this.iam.send(new ListAccessKeysCommand({ UserName: user }));
        return AccessKeyMetadata.map(({ AccessKeyId }) => AccessKeyId ?? "").sort();
    }

    /**
     * Returns the document of the user's only inline policy.
     *
     * @throws if the user has more than one
     */
    async policy(user: string): Promise<unknown> {
        const { PolicyNames: [PolicyName, ...others] = [] } = await this.iam.send(
            new ListUserPoliciesCommand({ UserName: user }),
        );
        if (others.length > 0) {
            throw new Error(`${user} has more than one policy`);
        }
        const { PolicyDocument = "" } = await this.iam.send(new GetUserPolicyCommand({ UserName: user, PolicyName }));
        return JSON.parse(decodeURIComponent(PolicyDocument));
    }

    async secrets(): Promise<string[]> {
        const { SecretList = [] } = await this.secretsManager.send(
            new ListSecretsCommand({ IncludePlannedDeletion: true }),
        );
        return SecretList.map(({ Name }) => Name ?? "").sort();
    }

    async parameters(): Promise<string[]> {
        const { Parameters = [] } = await this.ssm.send(new DescribeParametersCommand({}));
        return Parameters.map(({ Name }) => Name ?? "").sort();
    }

    /** Returns the name of the user whose key this is; `undefined` if AWS does not accept the key. */
    async userOf(credentials: Key): Promise<string | undefined> {
        const sts = new STSClient({ ...this.clientConfig, credentials });
        try {
            return (await sts.send(new GetCallerIdentityCommand({}))).Arn?.split("/").at(-1);
        } catch (error) {
            if (error instanceof Error && /InvalidClientTokenId|UnrecognizedClient/.test(error.name)) {
                return undefined;
            }
            throw error;
        }
    }
}

/** Returns the access key in a Deployment's env vars: in the backend's kwargs, or in AWS's own. */
export function keyIn(env: Partial<Record<string, string>>): Key {
    const kwargs = JSON.parse(env.AIRFLOW__SECRETS__BACKEND_KWARGS ?? "{}") as Partial<Record<string, string>>;
    return {
        accessKeyId: kwargs.aws_access_key_id ?? env.AWS_ACCESS_KEY_ID ?? "",
        secretAccessKey: kwargs.aws_secret_access_key ?? env.AWS_SECRET_ACCESS_KEY ?? "",
    };
}
