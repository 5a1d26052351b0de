import type { BackendService } from "../backend";
import { findClaimsByDeployment } from "../claimsByDeployment";
import { GcpSecretManagerBackend } from "./backend";
import type { GcpConfig } from "./config";
import { gcpDenied, gcpLookups } from "./existing";
import { findGcpProjects } from "./projects";
import { listGcpKeys } from "./secretKeys";

export const gcp: BackendService<GcpConfig> = {
    kinds: ["gcp-secret-manager"],
    listKeys: listGcpKeys,
    lookUp: async (deployments) => {
        const projectNumbers = await findGcpProjects(deployments.map(({ backend }) => backend.project));
        const { claims, problems } = await findClaimsByDeployment(deployments, gcpLookups, gcpDenied);
        return {
            problems,
            create: ({ name, current, backend, testSecrets, shareSecrets }) => {
                const projectNumber = projectNumbers.get(backend.project);
                if (projectNumber === undefined) {
                    throw new Error(`the number of Google Cloud project ${backend.project} was not looked up`);
                }
                return new GcpSecretManagerBackend(current, {
                    ...backend,
                    testSecrets,
                    shareSecrets,
                    projectNumber,
                    claims: claims.get(name),
                });
            },
        };
    },
};
