import { nested, requiredText, type ResourceTypes } from "../resourceTypes";

export const kubernetesResourceTypes: ResourceTypes = {
    "kubernetes:core/v1:Secret": {
        id: (inputs) => {
            const metadata = nested(inputs, "metadata");
            return `${requiredText(metadata, "namespace")}/${requiredText(metadata, "name")}`;
        },
    },
    "airflow-deployment:kubernetes:PodTemplateSecret": {
        id: (inputs) => `${requiredText(inputs, "namespace")}/${requiredText(inputs, "name")}`,
    },
    "airflow-deployment:kubernetes:WorkloadPatch": {
        id: (inputs) => ["namespace", "kind", "name"].map((part) => requiredText(inputs, part)).join("/"),
    },
};
