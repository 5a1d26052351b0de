import { version } from "@pulumi/kubernetes/package.json";
import type { Package } from "../../../provider/resourceType";
import { patchOf } from "./patch";
import { secret } from "./secret";

export const kubernetesPackage: Package = {
    name: "kubernetes",
    version,
    resources: {
        "kubernetes:core/v1:Secret": secret,
        "kubernetes:apps/v1:DeploymentPatch": patchOf("Deployment"),
        "kubernetes:apps/v1:StatefulSetPatch": patchOf("StatefulSet"),
    },
    functions: {},
};
