import type { z } from "zod";
import type { BackendService } from "../backend";
import { findAwsAccount } from "./account";
import type { parameterStoreBackend, secretsManagerBackend } from "./config";
import { ParameterStoreBackend } from "./parameterStoreBackend";
import { listParameterKeys, listSecretsManagerKeys } from "./secretKeys";
import { SecretsManagerBackend } from "./secretsManagerBackend";

type AwsConfig = z.output<typeof secretsManagerBackend> | z.output<typeof parameterStoreBackend>;

export const aws: BackendService<AwsConfig> = {
    kinds: ["aws-secrets-manager", "aws-parameter-store"],
    listKeys: async (place) =>
        place.kind === "aws-secrets-manager" ? listSecretsManagerKeys(place) : listParameterKeys(),
    lookUp: async (_, { awsAccountId }) => {
        const account = await findAwsAccount(awsAccountId);
        return {
            problems: [],
            create: ({ current, backend, testSecrets }) =>
                backend.kind === "aws-secrets-manager"
                    ? new SecretsManagerBackend(current, { ...backend, testSecrets, account })
                    : new ParameterStoreBackend(current, { ...backend, testSecrets, account }),
        };
    },
};
