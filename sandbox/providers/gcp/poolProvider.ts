import type { FunctionType } from "../../../provider/resourceType";
import { call, ignoreNotFound, withErrorPrefix } from "./clients";

interface LiveProvider {
    readonly name: string;
    readonly displayName?: string;
    readonly description?: string;
    readonly state: string;
    readonly disabled?: boolean;
    readonly attributeMapping?: Readonly<Record<string, string>>;
    readonly attributeCondition?: string;
    readonly oidc?: {
        readonly issuerUri: string;
        readonly allowedAudiences?: readonly string[];
        readonly jwksJson?: string;
    };
}

/** `gcp:iam/getWorkloadIdentityPoolProvider:getWorkloadIdentityPoolProvider`, with the outputs that the stack reads */
export const getWorkloadIdentityPoolProvider: FunctionType = {
    inputs: ["project", "workloadIdentityPoolId", "workloadIdentityPoolProviderId"],
    async call(inputs) {
        const { project, workloadIdentityPoolId: pool, workloadIdentityPoolProviderId: provider } = inputs;
        const id = `projects/${String(project)}/locations/global/workloadIdentityPools/${String(pool)}/providers/${String(provider)}`;
        const found = await withErrorPrefix(
            `Error when reading or editing WorkloadIdentityPoolProvider ${JSON.stringify(id)}`,
            ignoreNotFound(call<LiveProvider>("GET", "iam.googleapis.com", id)),
        );
        // A deleted provider is kept for 30 days.
        if (found === undefined || found.state === "DELETED") {
            throw new Error(`${id} not found`);
        }
        const { oidc } = found;
        return {
            ...inputs,
            id,
            name: found.name,
            displayName: found.displayName ?? "",
            description: found.description ?? "",
            state: found.state,
            disabled: found.disabled ?? false,
            attributeMapping: found.attributeMapping ?? {},
            attributeCondition: found.attributeCondition ?? "",
            oidcs: oidc === undefined ? [] : [{ jwksJson: "", allowedAudiences: [], ...oidc }],
        };
    },
};
