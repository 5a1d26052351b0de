import { DELETED_WITH_PARENT, requiredText, type ResourceTypes } from "../resourceTypes";
import { userGrants, userPolicyGrants } from "./grants";

const identity: ResourceTypes = {
    "aws:iam/user:User": { id: (inputs) => requiredText(inputs, "name"), grants: userGrants, login: "identity" },
    "aws:iam/userPolicy:UserPolicy": {
        id: (inputs) => `${requiredText(inputs, "user")}:${requiredText(inputs, "name")}`,
        grants: userPolicyGrants,
    },
    "aws:iam/accessKey:AccessKey": { id: DELETED_WITH_PARENT, login: "credential" },
};

export const secretsManagerResourceTypes: ResourceTypes = {
    ...identity,
    // AWS accepts the name instead of the ARN.
    "aws:secretsmanager/secret:Secret": { id: (inputs) => requiredText(inputs, "name") },
    "aws:secretsmanager/secretVersion:SecretVersion": { id: DELETED_WITH_PARENT },
};

export const parameterStoreResourceTypes: ResourceTypes = {
    ...identity,
    "aws:ssm/parameter:Parameter": { id: (inputs) => requiredText(inputs, "name") },
};
