import { DELETED_WITH_PARENT, requiredText, type ResourceTypes } from "../resourceTypes";
import { identityGrants, rolePolicyGrants, userPolicyGrants } from "./grants";
import { roleTrusts } from "./trustPolicy";

const identity: ResourceTypes = {
    "aws:iam/user:User": { id: (inputs) => requiredText(inputs, "name"), grants: identityGrants, login: "identity" },
    "aws:iam/userPolicy:UserPolicy": {
        id: (inputs) => `${requiredText(inputs, "user")}:${requiredText(inputs, "name")}`,
        grants: userPolicyGrants,
    },
    "aws:iam/role:Role": {
        id: (inputs) => requiredText(inputs, "name"),
        grants: identityGrants,
        trusts: roleTrusts,
        login: "identity",
    },
    "aws:iam/rolePolicy:RolePolicy": {
        id: (inputs) => `${requiredText(inputs, "role")}:${requiredText(inputs, "name")}`,
        grants: rolePolicyGrants,
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
