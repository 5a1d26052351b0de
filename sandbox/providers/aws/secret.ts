import {
    CreateSecretCommand,
    DeleteSecretCommand,
    DescribeSecretCommand,
    GetResourcePolicyCommand,
    TagResourceCommand,
    UntagResourceCommand,
    UpdateSecretCommand,
    type DescribeSecretResponse,
    type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { setTimeout as wait } from "node:timers/promises";
import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { ignoreNotFound, requireFound, secretsManager, withErrorPrefix } from "./clients";
import { tagChanges, tagOutputs, toTags } from "./tags";

/** How long creation is retried while AWS still reserves the name. The official plugin retries for two minutes. */
const RETRY_FOR_MS = 5_000;
const RETRY_INTERVAL_MS = 500;

/** `aws:secretsmanager/secret:Secret` */
export const secret: BridgedType = {
    isRegional: true,
    properties: {
        arn: { computed: true },
        description: { input: "optional" },
        forceOverwriteReplicaSecret: { input: "optional", default: false },
        kmsKeyId: { input: "optional" },
        name: { input: "required", replaces: "delete first" },
        namePrefix: { input: "optional", computed: true, replaces: "delete first" },
        policy: { input: "optional", computed: true },
        recoveryWindowInDays: { input: "optional", default: 30 },
        region: { input: "optional", computed: true, replaces: "delete first" },
        replicas: { input: "optional", computed: true, form: "set" },
        tags: { input: "optional", form: "map" },
        tagsAll: { computed: true, form: "map" },
    },
    async create(inputs) {
        const client = secretsManager(inputs.region);
        const id = await withErrorPrefix(
            `creating Secrets Manager Secret (${String(inputs.name)})`,
            createWithRetry(client, inputs),
        );
        return { id, outputs: requireFound(await find(client, id, inputs)) };
    },
    read: (id, state) => find(secretsManager(state.region), id, state),
    async update(id, inputs, state) {
        const client = secretsManager(inputs.region);
        const { kmsKeyId, description = "" } = inputs as Partial<Record<string, string>>;
        if (kmsKeyId !== (state.kmsKeyId ?? undefined) || description !== (state.description ?? "")) {
            // If the program no longer sets a key, none is sent and the secret keeps its key.
            const command = new UpdateSecretCommand({ SecretId: id, KmsKeyId: kmsKeyId, Description: description });
            await withErrorPrefix(`updating Secrets Manager Secret (${id})`, client.send(command));
        }
        await withErrorPrefix(
            `updating tags for Secrets Manager Secret (${id})`,
            setTags(client, id, state.tags, inputs.tags),
        );
        return requireFound(await find(client, id, inputs));
    },
    /** An import does not know the recovery window. The plugin then takes 0 until an update sets another one. */
    async delete(id, { region, recoveryWindowInDays }) {
        const days = Number(recoveryWindowInDays ?? 0);
        const window = days === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: days };
        const client = secretsManager(region);
        const deletion = client.send(new DeleteSecretCommand({ SecretId: id, ...window }));
        await withErrorPrefix(
            `deleting Secrets Manager Secret (${id})`,
            ignoreNotFound(deletion, "ResourceNotFoundException"),
        );
        await describe(client, id);
    },
};

/**
 * Creates a secret; retries while its name is reserved. AWS reserves a deleted secret's name until the recovery window
 * ends, and for a short time after the secret was deleted permanently.
 */
async function createWithRetry(client: SecretsManagerClient, { name, kmsKeyId, description, tags }: Properties) {
    const command = new CreateSecretCommand({
        Name: String(name),
        KmsKeyId: kmsKeyId as string | undefined,
        Description: description as string | undefined,
        Tags: toTags(tags),
    });
    const deadline = Date.now() + RETRY_FOR_MS;
    for (;;) {
        try {
            return String((await client.send(command)).ARN);
        } catch (error) {
            const isNameReserved = /scheduled for deletion|was deleted/.test((error as Error).message);
            if (!isNameReserved || Date.now() > deadline) {
                throw error;
            }
            await wait(RETRY_INTERVAL_MS);
        }
    }
}

async function setTags(client: SecretsManagerClient, SecretId: string, before: unknown, after: unknown): Promise<void> {
    const { changed, removed } = tagChanges(before, after);
    if (removed.length > 0) {
        await client.send(new UntagResourceCommand({ SecretId, TagKeys: [...removed] }));
    }
    if (changed.length > 0) {
        await client.send(new TagResourceCommand({ SecretId, Tags: [...changed] }));
    }
}

async function find(client: SecretsManagerClient, id: string, state: Properties): Promise<Properties | undefined> {
    const found = await describe(client, id);
    if (found === undefined || found.DeletedDate !== undefined) {
        return undefined;
    }
    const { ResourcePolicy = "" } = await client.send(new GetResourcePolicyCommand({ SecretId: id }));
    const { region, recoveryWindowInDays, forceOverwriteReplicaSecret } = state;
    return {
        ...{ name: found.Name, region, recoveryWindowInDays, forceOverwriteReplicaSecret },
        ...{ kmsKeyId: found.KmsKeyId ?? "", description: found.Description ?? "", arn: found.ARN },
        ...{ namePrefix: "", policy: ResourcePolicy, replicas: [], ...tagOutputs(found.Tags) },
    };
}

function describe(client: SecretsManagerClient, SecretId: string): Promise<DescribeSecretResponse | undefined> {
    const request = client.send(new DescribeSecretCommand({ SecretId }));
    return withErrorPrefix(
        `reading Secrets Manager Secret (${SecretId})`,
        ignoreNotFound(request, "ResourceNotFoundException"),
    );
}
