import {
    CreateAccessKeyCommand,
    CreateUserCommand,
    GetUserPolicyCommand,
    IAMClient,
    ListAccessKeysCommand,
    ListUserPoliciesCommand,
    ListUsersCommand,
    PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { DescribeParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

/** An access key as a Deployment gets it. */
export interface Key {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
}

/** The sandbox's AWS in an administrator's hands. */
export class AwsAccount {
    readonly iam: IAMClient;
    readonly secretsManager: SecretsManagerClient;
    readonly ssm: SSMClient;
    private readonly place: { readonly region: string; readonly endpoint: string };

    /** @param env the sandbox's */
    constructor(env: Readonly<Record<string, string>>) {
        const { AWS_ENDPOINT_URL: endpoint = "", AWS_REGION: region = "" } = env;
        const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = env;
        this.place = { endpoint, region };
        const config = { ...this.place, credentials: { accessKeyId, secretAccessKey } };
        this.iam = new IAMClient(config);
        this.secretsManager = new SecretsManagerClient(config);
        this.ssm = new SSMClient(config);
    }

    /** Makes a user who has one policy, and gives an access key of the user's. */
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

    async keys(user: string): Promise<string[]> {
        const { AccessKeyMetadata = [] } = await this.iam.send(new ListAccessKeysCommand({ UserName: user }));
        return AccessKeyMetadata.map(({ AccessKeyId }) => AccessKeyId ?? "").sort();
    }

    /** What the user's one policy says. */
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

    /** The name of the user whom AWS knows by this key; nothing where it knows the key no more. */
    async userOf(credentials: Key): Promise<string | undefined> {
        const sts = new STSClient({ ...this.place, credentials });
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

/** The access key in a Deployment's environment. */
export function keyIn({ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY }: Partial<Record<string, string>>): Key {
    return { accessKeyId: AWS_ACCESS_KEY_ID ?? "", secretAccessKey: AWS_SECRET_ACCESS_KEY ?? "" };
}
