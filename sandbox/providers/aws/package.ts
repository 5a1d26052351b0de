import { version } from "@pulumi/aws/package.json";
import type { BridgedPackage } from "../bridge/schema";
import { accessKey } from "./accessKey";
import { getCallerIdentity } from "./callerIdentity";
import { getOpenIdConnectProvider, getParameter, getRole, getSecret, getUser } from "./lookups";
import { parameter } from "./parameter";
import { role } from "./role";
import { rolePolicy } from "./rolePolicy";
import { secret } from "./secret";
import { getSecrets } from "./secrets";
import { secretVersion } from "./secretVersion";
import { getResources } from "./tagging";
import { user } from "./user";
import { userPolicy } from "./userPolicy";

export const awsPackage: BridgedPackage = {
    name: "aws",
    version,
    resources: {
        "aws:iam/user:User": user,
        "aws:iam/userPolicy:UserPolicy": userPolicy,
        "aws:iam/accessKey:AccessKey": accessKey,
        "aws:iam/role:Role": role,
        "aws:iam/rolePolicy:RolePolicy": rolePolicy,
        "aws:secretsmanager/secret:Secret": secret,
        "aws:secretsmanager/secretVersion:SecretVersion": secretVersion,
        "aws:ssm/parameter:Parameter": parameter,
    },
    functions: {
        "aws:index/getCallerIdentity:getCallerIdentity": getCallerIdentity,
        "aws:secretsmanager/getSecrets:getSecrets": getSecrets,
        "aws:iam/getUser:getUser": getUser,
        "aws:iam/getRole:getRole": getRole,
        "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": getOpenIdConnectProvider,
        "aws:secretsmanager/getSecret:getSecret": getSecret,
        "aws:ssm/getParameter:getParameter": getParameter,
        "aws:resourcegroupstaggingapi/getResources:getResources": getResources,
    },
};
