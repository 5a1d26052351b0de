import {
    CreateSecretCommand,
    DeleteSecretCommand,
    GetSecretValueCommand,
    ListSecretsCommand,
    PutSecretValueCommand,
    SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { secretsManagerClass } from "../../../components/aws/secretsManager";
import { secretsManagerReaderKwargs } from "../../../components/aws/probe";
import { awsProbe } from "./aws";

export const probeSecretsManager = awsProbe({
    service: "secretsmanager",
    backendClass: secretsManagerClass,
    kwargsSchema: secretsManagerReaderKwargs,
    calls(config) {
        const client = new SecretsManagerClient(config);
        return {
            read: (name) => ({
                name: `GetSecretValue ${name}`,
                run: () => client.send(new GetSecretValueCommand({ SecretId: name })),
            }),
            list: () => [{ name: "ListSecrets", run: () => client.send(new ListSecretsCommand({})) }],
            write: (existing, value, newName) => [
                {
                    name: `PutSecretValue ${existing}`,
                    run: () => client.send(new PutSecretValueCommand({ SecretId: existing, SecretString: value })),
                },
                {
                    name: `CreateSecret ${newName}`,
                    run: () => client.send(new CreateSecretCommand({ Name: newName, SecretString: "by verify" })),
                    undo: () =>
                        client.send(new DeleteSecretCommand({ SecretId: newName, ForceDeleteWithoutRecovery: true })),
                },
            ],
        };
    },
});
