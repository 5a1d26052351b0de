import {
    CreateSecretCommand,
    DeleteSecretCommand,
    GetSecretValueCommand,
    ListSecretsCommand,
    PutSecretValueCommand,
    SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { secretsManagerClass } from "../../../components/aws/secretsManager";
import { awsProbe } from "./aws";

export const probeSecretsManager = awsProbe({
    service: "secretsmanager",
    backendClass: secretsManagerClass,
    calls(config) {
        const client = new SecretsManagerClient(config);
        return {
            read: (name) => ({
                what: `GetSecretValue ${name}`,
                run: () => client.send(new GetSecretValueCommand({ SecretId: name })),
            }),
            list: () => [{ what: "ListSecrets", run: () => client.send(new ListSecretsCommand({})) }],
            write: (existing, value, fresh) => [
                {
                    what: `PutSecretValue ${existing}`,
                    run: () => client.send(new PutSecretValueCommand({ SecretId: existing, SecretString: value })),
                },
                {
                    what: `CreateSecret ${fresh}`,
                    run: () => client.send(new CreateSecretCommand({ Name: fresh, SecretString: "by verify" })),
                    undo: () =>
                        client.send(new DeleteSecretCommand({ SecretId: fresh, ForceDeleteWithoutRecovery: true })),
                },
            ],
        };
    },
});
