import * as pulumi from "@pulumi/pulumi";
import { allSettled } from "../allSettled";
import type { BackendService } from "../backend";
import { findClaimsByDeployment } from "../claimsByDeployment";
import { findAwsAccount } from "./account";
import type { AwsConfig } from "./config";
import { awsDenied, awsLookups } from "./existing";
import { findProviderProblems } from "./identityProviders";
import { ParameterStoreBackend } from "./parameterStoreBackend";
import { regionWarnings } from "./regions";
import { listParameterKeys, listSecretsManagerKeys } from "./secretKeys";
import { SecretsManagerBackend } from "./secretsManagerBackend";

export const aws: BackendService<AwsConfig> = {
    kinds: ["aws-secrets-manager", "aws-parameter-store"],
    listKeys: async (place) =>
        place.kind === "aws-secrets-manager" ? listSecretsManagerKeys(place) : listParameterKeys(),
    lookUp: async (deployments, { awsAccountId }) => {
        for (const warning of regionWarnings(deployments.map(({ backend }) => backend.region))) {
            await pulumi.log.warn(warning);
        }
        const account = await findAwsAccount(awsAccountId);
        const [{ claims, problems }, providerProblems] = await allSettled([
            findClaimsByDeployment(deployments, awsLookups, awsDenied),
            findProviderProblems(deployments, account),
        ]);
        return {
            problems: [...problems, ...providerProblems],
            create: ({ name, current, backend, pods, testSecrets, shareSecrets }) => {
                const { issuer } = backend;
                const webIdentity = pods === undefined || issuer === undefined ? undefined : { pods, issuer };
                const args = { webIdentity, testSecrets, shareSecrets, account, claims: claims.get(name) };
                return backend.kind === "aws-secrets-manager"
                    ? new SecretsManagerBackend(current, { ...backend, ...args })
                    : new ParameterStoreBackend(current, { ...backend, ...args });
            },
        };
    },
};
