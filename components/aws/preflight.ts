import type { BackendService } from "../backend";
import { findAwsAccount } from "./account";
import { existingByDeployment } from "../existing";
import type { AwsConfig } from "./config";
import { findExistingInAws } from "./existing";
import { ParameterStoreBackend } from "./parameterStoreBackend";
import { listParameterKeys, listSecretsManagerKeys } from "./secretKeys";
import { SecretsManagerBackend } from "./secretsManagerBackend";

export const aws: BackendService<AwsConfig> = {
    kinds: ["aws-secrets-manager", "aws-parameter-store"],
    listKeys: async (place) =>
        place.kind === "aws-secrets-manager" ? listSecretsManagerKeys(place) : listParameterKeys(),
    lookUp: async (deployments, { awsAccountId }) => {
        const account = await findAwsAccount(awsAccountId);
        const existing = await existingByDeployment(deployments, findExistingInAws);
        return {
            problems: [],
            create: ({ name, current, backend, testSecrets }) => {
                const args = { testSecrets, account, existing: existing.get(name) };
                return backend.kind === "aws-secrets-manager"
                    ? new SecretsManagerBackend(current, { ...backend, ...args })
                    : new ParameterStoreBackend(current, { ...backend, ...args });
            },
        };
    },
};
