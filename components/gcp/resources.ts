import { DELETED_WITH_PARENT, nested, requiredText, type ResourceTypes } from "../resourceTypes";
import { iamMemberGrants } from "./grants";
import { iamMemberTrusts } from "./trusts";

export const gcpResourceTypes: ResourceTypes = {
    "gcp:serviceaccount/account:Account": {
        id: (inputs) => {
            const project = requiredText(inputs, "project");
            const account = `${requiredText(inputs, "accountId")}@${project}.iam.gserviceaccount.com`;
            return `projects/${project}/serviceAccounts/${account}`;
        },
        login: "identity",
    },
    "gcp:serviceaccount/key:Key": { id: DELETED_WITH_PARENT, login: "credential" },
    "gcp:projects/iAMMember:IAMMember": {
        id: (inputs) => {
            const condition = nested(inputs, "condition");
            const member = ["project", "role", "member"].map((part) => requiredText(inputs, part));
            const limit = ["title", "description", "expression"].map((part) => requiredText(condition, part));
            return [...member, ...limit].join("/");
        },
        grants: iamMemberGrants,
        trusts: iamMemberTrusts,
    },
    "gcp:secretmanager/secret:Secret": {
        id: (inputs) => `projects/${requiredText(inputs, "project")}/secrets/${requiredText(inputs, "secretId")}`,
    },
    "gcp:secretmanager/secretVersion:SecretVersion": { id: DELETED_WITH_PARENT },
};
