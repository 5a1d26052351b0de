import type { z } from "zod";
import type { BackendService } from "../backend";
import { findAwsAccount } from "./account";
import type { parameterStoreBackend, secretsManagerBackend } from "./config";
import { ParameterStoreBackend } from "./parameterStoreBackend";
import { SecretsManagerBackend } from "./secretsManagerBackend";

type AwsConfig = z.output<typeof secretsManagerBackend> | z.output<typeof parameterStoreBackend>;

export const aws: BackendService<AwsConfig> = {
    kinds: ["aws-secrets-manager", "aws-parameter-store"],
    lookUp: async (_, { awsAccountId }) => {
        const account = await findAwsAccount(awsAccountId);
        return {
            problems: [],
            create: ({ name, backend, testSecrets }) =>
                backend.kind === "aws-secrets-manager"
                    ? new SecretsManagerBackend(name, { ...backend, testSecrets, account })
                    : new ParameterStoreBackend(name, { ...backend, testSecrets, account }),
        };
    },
};
