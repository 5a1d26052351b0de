import { isMapping } from "../../lib/json";
import { requiredText, type ResourceTypes } from "../resourceTypes";

export const astronomerResourceTypes: ResourceTypes = {
    "airflow-deployment:astronomer:EnvironmentVariables": {
        id: (inputs) => requiredText(inputs, "releaseName"),
        envNames: ({ values, secretValues }) => ({ plain: namesOf(values), secret: namesOf(secretValues) }),
    },
};

function namesOf(values: unknown): string[] {
    return isMapping(values) ? Object.keys(values) : [];
}
