import { version } from "@pulumi/aws/package.json";
import type { BridgedPackage } from "../bridge/schema";
import { accessKey } from "./accessKey";
import { getCallerIdentity } from "./callerIdentity";
import { getParameter, getSecret, getUser } from "./lookups";
import { parameter } from "./parameter";
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
        "aws:secretsmanager/secret:Secret": secret,
        "aws:secretsmanager/secretVersion:SecretVersion": secretVersion,
        "aws:ssm/parameter:Parameter": parameter,
    },
    functions: {
        "aws:index/getCallerIdentity:getCallerIdentity": getCallerIdentity,
        "aws:secretsmanager/getSecrets:getSecrets": getSecrets,
        "aws:iam/getUser:getUser": getUser,
        "aws:secretsmanager/getSecret:getSecret": getSecret,
        "aws:ssm/getParameter:getParameter": getParameter,
        "aws:resourcegroupstaggingapi/getResources:getResources": getResources,
    },
};
