import { version } from "@pulumi/aws/package.json";
import type { BridgedPackage } from "../bridge/schema";
import { accessKey } from "./accessKey";
import { getCallerIdentity } from "./callerIdentity";
import { getAccessKeys, getParameter, getSecret, getSecretVersion } from "./lookups";
import { parameter } from "./parameter";
import { secret } from "./secret";
import { getSecrets } from "./secrets";
import { secretVersion } from "./secretVersion";
import { user } from "./user";
import { userPolicy } from "./userPolicy";

export const awsPackage: BridgedPackage = {
    name: "aws",
    version,
    resources: {
        "aws:iam/user:User": user,
        "aws:iam/userPolicy:UserPolicy": userPolicy,
        "aws:iam/accessKey:AccessKey": accessKey,
        "aws:secretsmanager/secret:Secret": secret,
        "aws:secretsmanager/secretVersion:SecretVersion": secretVersion,
        "aws:ssm/parameter:Parameter": parameter,
    },
    functions: {
        "aws:index/getCallerIdentity:getCallerIdentity": getCallerIdentity,
        "aws:secretsmanager/getSecrets:getSecrets": getSecrets,
        "aws:iam/getAccessKeys:getAccessKeys": getAccessKeys,
        "aws:secretsmanager/getSecret:getSecret": getSecret,
        "aws:secretsmanager/getSecretVersion:getSecretVersion": getSecretVersion,
        "aws:ssm/getParameter:getParameter": getParameter,
    },
};
