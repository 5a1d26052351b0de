import { version } from "@pulumi/gcp/package.json";
import type { Package } from "../../../provider/resourceType";
import { account } from "./account";
import { iamMember } from "./iamMember";
import { key } from "./key";
import { getProject } from "./project";
import { secret } from "./secret";
import { secretVersion } from "./secretVersion";

export const gcpPackage: Package = {
    name: "gcp",
    version,
    resources: {
        "gcp:serviceaccount/account:Account": account,
        "gcp:serviceaccount/key:Key": key,
        "gcp:projects/iAMMember:IAMMember": iamMember,
        "gcp:secretmanager/secret:Secret": secret,
        "gcp:secretmanager/secretVersion:SecretVersion": secretVersion,
    },
    functions: { "gcp:organizations/getProject:getProject": getProject },
};
