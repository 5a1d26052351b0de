import { version } from "@pulumi/gcp/package.json";
import type { BridgedPackage } from "../bridge/schema";
import { account } from "./account";
import { iamMember } from "./iamMember";
import { key } from "./key";
import { getAccount, getSecret } from "./lookups";
import { getProject } from "./project";
import { getWorkloadIdentityPoolProvider } from "./poolProvider";
import { secret } from "./secret";
import { secretVersion } from "./secretVersion";
import { getSecrets } from "./secrets";

export const gcpPackage: BridgedPackage = {
    name: "gcp",
    version,
    resources: {
        "gcp:serviceaccount/account:Account": account,
        "gcp:serviceaccount/key:Key": key,
        "gcp:projects/iAMMember:IAMMember": iamMember,
        "gcp:secretmanager/secret:Secret": secret,
        "gcp:secretmanager/secretVersion:SecretVersion": secretVersion,
    },
    functions: {
        "gcp:iam/getWorkloadIdentityPoolProvider:getWorkloadIdentityPoolProvider": getWorkloadIdentityPoolProvider,
        "gcp:organizations/getProject:getProject": getProject,
        "gcp:secretmanager/getSecrets:getSecrets": getSecrets,
        "gcp:serviceaccount/getAccount:getAccount": getAccount,
        "gcp:secretmanager/getSecret:getSecret": getSecret,
    },
    settings: () => {
        const { GOOGLE_CLOUD_PROJECT: project } = process.env;
        return project === undefined ? {} : { project };
    },
    keepsEmptyDefaults: true,
};
