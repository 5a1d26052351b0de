import { ListAccessKeysCommand } from "@aws-sdk/client-iam";
import { DescribeSecretCommand, GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import type { FunctionType } from "../../../provider/resourceType";
import { iam, ignoreNotFound, parameterStore, requireFound, secretsManager, withErrorPrefix } from "./clients";

/** `aws:iam/getAccessKeys:getAccessKeys` */
export const getAccessKeys: FunctionType = {
    inputs: ["user"],
    async call({ user }) {
        const UserName = String(user);
        const request = ignoreNotFound(iam.send(new ListAccessKeysCommand({ UserName })), "NoSuchEntityException");
        const { AccessKeyMetadata = [] } = await withErrorPrefix(
            `reading IAM Access Keys (${UserName})`,
            request.then(requireFound),
        );
        const accessKeys = AccessKeyMetadata.map(({ AccessKeyId, CreateDate, Status }) => ({
            accessKeyId: AccessKeyId,
            createDate: CreateDate?.toISOString(),
            status: Status,
        }));
        return { id: UserName, user: UserName, accessKeys };
    },
};

/** `aws:secretsmanager/getSecret:getSecret`, by name */
export const getSecret: FunctionType = {
    inputs: ["name", "region"],
    async call({ name, region }) {
        const SecretId = String(name);
        const request = secretsManager(region).send(new DescribeSecretCommand({ SecretId }));
        const { ARN, Name, KmsKeyId, Description } = await withErrorPrefix(
            `reading Secrets Manager Secret (${SecretId})`,
            ignoreNotFound(request, "ResourceNotFoundException").then(requireFound),
        );
        return { id: ARN, arn: ARN, name: Name, region, kmsKeyId: KmsKeyId ?? "", description: Description ?? "" };
    },
};

/** `aws:secretsmanager/getSecretVersion:getSecretVersion`: the current version */
export const getSecretVersion: FunctionType = {
    inputs: ["secretId", "region"],
    secrets: ["secretString"],
    async call({ secretId, region }) {
        const SecretId = String(secretId);
        const request = secretsManager(region).send(new GetSecretValueCommand({ SecretId }));
        const { ARN, VersionId, SecretString } = await withErrorPrefix(
            `reading Secrets Manager Secret Version (${SecretId}|AWSCURRENT)`,
            ignoreNotFound(request, "ResourceNotFoundException").then(requireFound),
        );
        return { id: `${SecretId}|AWSCURRENT`, arn: ARN, secretId, versionId: VersionId, secretString: SecretString };
    },
};

/** `aws:ssm/getParameter:getParameter` */
export const getParameter: FunctionType = {
    inputs: ["name", "region", "withDecryption"],
    secrets: ["value"],
    async call({ name, region, withDecryption = true }) {
        const Name = String(name);
        const command = new GetParameterCommand({ Name, WithDecryption: withDecryption === true });
        const { Parameter } = await withErrorPrefix(
            `reading SSM Parameter (${Name})`,
            ignoreNotFound(parameterStore(region).send(command), "ParameterNotFound").then(requireFound),
        );
        return { id: Name, name: Name, region, arn: Parameter?.ARN, type: Parameter?.Type, value: Parameter?.Value };
    },
};
