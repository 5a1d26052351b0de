import * as pulumi from "@pulumi/pulumi";
import type { BackendService } from "../backend";
import { findClaimsByDeployment } from "../claimsByDeployment";
import { findAwsAccount } from "./account";
import type { AwsConfig } from "./config";
import { awsDenied, awsLookups } from "./existing";
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
        const { claims, problems } = await findClaimsByDeployment(deployments, awsLookups, awsDenied);
        return {
            problems,
            create: ({ name, current, backend, testSecrets, shareSecrets }) => {
                const args = { testSecrets, shareSecrets, account, claims: claims.get(name) };
                return backend.kind === "aws-secrets-manager"
                    ? new SecretsManagerBackend(current, { ...backend, ...args })
                    : new ParameterStoreBackend(current, { ...backend, ...args });
            },
        };
    },
};
