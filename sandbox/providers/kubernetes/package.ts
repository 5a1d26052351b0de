import { version } from "@pulumi/kubernetes/package.json";
import type { Package } from "../../../provider/resourceType";
import { secret } from "./secret";

export const kubernetesPackage: Package = {
    name: "kubernetes",
    version,
    resources: { "kubernetes:core/v1:Secret": secret },
    functions: {},
};
