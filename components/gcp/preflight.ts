import type { BackendService } from "../backend";
import { GcpSecretManagerBackend } from "./backend";
import { existingByDeployment } from "../existing";
import type { GcpConfig } from "./config";
import { findExistingInGcp } from "./existing";
import { findGcpProjects } from "./projects";
import { listGcpKeys } from "./secretKeys";

export const gcp: BackendService<GcpConfig> = {
    kinds: ["gcp-secret-manager"],
    listKeys: listGcpKeys,
    lookUp: async (deployments) => {
        const projectNumbers = await findGcpProjects(deployments.map(({ backend }) => backend.project));
        const existing = await existingByDeployment(deployments, findExistingInGcp);
        return {
            problems: [],
            create: ({ name, current, backend, testSecrets }) => {
                const projectNumber = projectNumbers.get(backend.project);
                if (projectNumber === undefined) {
                    throw new Error(`the number of Google Cloud project ${backend.project} was not looked up`);
                }
                return new GcpSecretManagerBackend(current, {
                    ...backend,
                    testSecrets,
                    projectNumber,
                    existing: existing.get(name),
                });
            },
        };
    },
};
