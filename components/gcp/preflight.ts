import type { BackendDeployment, BackendService } from "../backend";
import { findClaimsByDeployment } from "../claimsByDeployment";
import { GcpSecretManagerBackend } from "./backend";
import type { GcpConfig } from "./config";
import { gcpDenied, gcpLookups } from "./existing";
import { findGcpProjects } from "./projects";
import { findProviderProblems } from "./providers";
import { listGcpKeys } from "./secretKeys";
import type { FederatedPods } from "./workloadIdentity";

export const gcp: BackendService<GcpConfig> = {
    kinds: ["gcp-secret-manager"],
    listKeys: listGcpKeys,
    lookUp: async (deployments) => {
        const federated = deployments.flatMap((deployment) => {
            const trusted = federatedPods(deployment);
            return trusted === undefined ? [] : [{ name: deployment.name, ...trusted }];
        });
        const projectNumbers = await findGcpProjects(deployments.map(({ backend }) => backend.project));
        const [{ claims, problems }, providerProblems] = await Promise.all([
            findClaimsByDeployment(deployments, gcpLookups, gcpDenied),
            findProviderProblems(federated),
        ]);
        return {
            problems: [...problems, ...providerProblems],
            create: (deployment) => {
                const { name, current, backend, testSecrets, shareSecrets } = deployment;
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
                    federated: federatedPods(deployment),
                });
            },
        };
    },
};

function federatedPods({ backend, pods }: BackendDeployment<GcpConfig>): FederatedPods | undefined {
    const { workloadIdentityProvider: provider } = backend;
    return pods === undefined || provider === undefined ? undefined : { pods, provider };
}
