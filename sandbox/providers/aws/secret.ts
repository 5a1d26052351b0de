import {
    CreateSecretCommand,
    DeleteSecretCommand,
    DescribeSecretCommand,
    InvalidRequestException,
    UpdateSecretCommand,
    type DescribeSecretResponse,
    type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { Properties, ResourceType } from "../../../provider/resourceType";
import { secretsManager, unlessGone } from "./clients";

/** `aws:secretsmanager/secret:Secret` */
export const secret: ResourceType = {
    inputs: ["name", "region", "kmsKeyId", "description", "recoveryWindowInDays", "forceOverwriteReplicaSecret"],
    required: ["name"],
    replaceOn: ["name", "region"],
    computed: ["arn"],
    secrets: [],
    check: (inputs) => ({ recoveryWindowInDays: 30, forceOverwriteReplicaSecret: false, ...inputs }),
    async create(inputs) {
        const { name, region, kmsKeyId, description } = inputs;
        const client = secretsManager(region);
        await refuseScheduled(client, String(name));
        const { ARN } = await client.send(
            new CreateSecretCommand({
                Name: String(name),
                KmsKeyId: kmsKeyId as string | undefined,
                Description: description as string | undefined,
            }),
        );
        return { id: String(ARN), outputs: { ...inputs, arn: ARN } };
    },
    async read(id, inputs) {
        const { region, recoveryWindowInDays, forceOverwriteReplicaSecret } = inputs;
        const found = await describe(secretsManager(region), id);
        if (found === undefined || found.DeletedDate !== undefined) {
            return undefined;
        }
        const live: Properties = {
            ...{ name: found.Name, region, recoveryWindowInDays, forceOverwriteReplicaSecret },
            ...(found.KmsKeyId === undefined ? {} : { kmsKeyId: found.KmsKeyId }),
            ...(found.Description ? { description: found.Description } : {}),
        };
        return { id, inputs: live, outputs: { ...live, arn: found.ARN } };
    },
    async update(id, inputs, outputs) {
        const { kmsKeyId = "", description = "" } = inputs as Partial<Record<string, string>>;
        const KmsKeyId = kmsKeyId === (outputs.kmsKeyId ?? "") ? undefined : kmsKeyId;
        await secretsManager(inputs.region).send(
            new UpdateSecretCommand({ SecretId: id, KmsKeyId, Description: description }),
        );
        return { ...inputs, arn: outputs.arn };
    },
    async delete(id, { region, recoveryWindowInDays }) {
        const days = Number(recoveryWindowInDays);
        const window = days === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: days };
        const gone = secretsManager(region).send(new DeleteSecretCommand({ SecretId: id, ...window }));
        await unlessGone(gone, "ResourceNotFoundException");
    },
};

/** AWS keeps the name of a deleted secret until its recovery window ends; the sandbox's server says it exists. */
async function refuseScheduled(client: SecretsManagerClient, name: string): Promise<void> {
    if ((await describe(client, name))?.DeletedDate !== undefined) {
        const message =
            "You can't create this secret because a secret with this name is already scheduled for deletion.";
        throw new InvalidRequestException({ message, $metadata: {} });
    }
}

function describe(client: SecretsManagerClient, SecretId: string): Promise<DescribeSecretResponse | undefined> {
    return unlessGone(client.send(new DescribeSecretCommand({ SecretId })), "ResourceNotFoundException");
}
