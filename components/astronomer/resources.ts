import { requiredText, type ResourceTypes } from "../resourceTypes";

export const astronomerResourceTypes: ResourceTypes = {
    "airflow-deployment:astronomer:EnvironmentVariables": { id: (inputs) => requiredText(inputs, "releaseName") },
};
