import {
    GetOpenIDConnectProviderCommand,
    GetRoleCommand,
    GetUserCommand,
    ListOpenIDConnectProvidersCommand,
} from "@aws-sdk/client-iam";
import { DescribeSecretCommand, GetResourcePolicyCommand } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import type { FunctionType } from "../../../provider/resourceType";
import { iam, ignoreNotFound, parameterStore, requireFound, secretsManager, withErrorPrefix } from "./clients";
import { tagOutputs } from "./tags";

/** `aws:iam/getUser:getUser` */
export const getUser: FunctionType = {
    inputs: ["userName"],
    async call({ userName }) {
        const UserName = String(userName);
        const request = ignoreNotFound(iam.send(new GetUserCommand({ UserName })), "NoSuchEntityException");
        const found = await withErrorPrefix(
            `reading IAM User (${UserName})`,
            request.then((answer) => requireFound(answer?.User)),
        );
        const { Arn, UserId, Path, PermissionsBoundary, Tags } = found;
        const permissionsBoundary = PermissionsBoundary?.PermissionsBoundaryArn ?? "";
        const { tags } = tagOutputs(Tags);
        return { id: UserId, arn: Arn, userId: UserId, userName, path: Path, permissionsBoundary, tags };
    },
};

/** `aws:iam/getRole:getRole` */
export const getRole: FunctionType = {
    inputs: ["name"],
    async call({ name }) {
        const RoleName = String(name);
        const request = ignoreNotFound(iam.send(new GetRoleCommand({ RoleName })), "NoSuchEntityException");
        const found = await withErrorPrefix(
            `reading IAM Role (${RoleName})`,
            request.then((answer) => requireFound(answer?.Role)),
        );
        return {
            ...{ id: RoleName, name: RoleName, arn: found.Arn, uniqueId: found.RoleId, path: found.Path },
            assumeRolePolicy: decodeURIComponent(found.AssumeRolePolicyDocument ?? ""),
            ...{ description: found.Description ?? "", maxSessionDuration: found.MaxSessionDuration },
            permissionsBoundary: found.PermissionsBoundary?.PermissionsBoundaryArn ?? "",
            tags: tagOutputs(found.Tags).tags,
        };
    },
};

/** `aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider`, by URL: the plugin searches the list of all providers. */
export const getOpenIdConnectProvider: FunctionType = {
    inputs: ["url"],
    async call({ url }) {
        const text = String(url);
        const arn = await withErrorPrefix(
            `reading IAM OIDC Provider (${text})`,
            iam.send(new ListOpenIDConnectProvidersCommand({})).then(({ OpenIDConnectProviderList = [] }) => {
                const name = text.replace(/^https:\/\//, "");
                const arns = OpenIDConnectProviderList.flatMap(({ Arn = "" }) => Arn);
                return requireFound(arns.find((each) => each.replace(/^[^/]*\//, "") === name));
            }),
        );
        const { Url, ClientIDList, ThumbprintList, Tags } = await withErrorPrefix(
            "reading IAM OIDC Provider",
            iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn })),
        );
        const lists = { clientIdLists: ClientIDList ?? [], thumbprintLists: ThumbprintList ?? [] };
        return { id: arn, arn, url: Url, ...lists, tags: tagOutputs(Tags).tags };
    },
};

/** `aws:secretsmanager/getSecret:getSecret`, by name */
export const getSecret: FunctionType = {
    inputs: ["name", "region"],
    async call({ name, region }) {
        const SecretId = String(name);
        const client = secretsManager(region);
        const request = ignoreNotFound(
            client.send(new DescribeSecretCommand({ SecretId })),
            "ResourceNotFoundException",
        );
        const { ARN, Name, KmsKeyId, Description, Tags } = await withErrorPrefix(
            `reading Secrets Manager Secret (${SecretId})`,
            // The plugin does not find a secret that was deleted, although AWS still has it.
            request.then((found) => requireFound(found?.DeletedDate === undefined ? found : undefined)),
        );
        const { ResourcePolicy: policy = "" } = await client.send(new GetResourcePolicyCommand({ SecretId }));
        const texts = { kmsKeyId: KmsKeyId ?? "", description: Description ?? "", policy };
        return { id: ARN, arn: ARN, name: Name, region, ...texts, tags: tagOutputs(Tags).tags };
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
