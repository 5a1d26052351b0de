import type { z } from "zod";
import type { BackendService } from "../backend";
import { GcpSecretManagerBackend } from "./backend";
import type { gcpSecretManagerBackend } from "./config";
import { findGcpProjects } from "./projects";
import { listGcpKeys } from "./secretKeys";

export const gcp: BackendService<z.output<typeof gcpSecretManagerBackend>> = {
    kinds: ["gcp-secret-manager"],
    listKeys: listGcpKeys,
    lookUp: async (deployments) => {
        const projectNumbers = await findGcpProjects(deployments.map(({ backend }) => backend.project));
        return {
            problems: [],
            create: ({ current, backend, testSecrets }) => {
                const projectNumber = projectNumbers.get(backend.project);
                if (projectNumber === undefined) {
                    throw new Error(`the number of Google Cloud project ${backend.project} was not looked up`);
                }
                return new GcpSecretManagerBackend(current, { ...backend, testSecrets, projectNumber });
            },
        };
    },
};
