import {
    CreateSecretCommand,
    DeleteSecretCommand,
    DescribeSecretCommand,
    GetResourcePolicyCommand,
    UpdateSecretCommand,
    type DescribeSecretResponse,
    type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { setTimeout as wait } from "node:timers/promises";
import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { doing, secretsManager, there, unlessGone } from "./clients";

/** How long to try for a name that AWS still keeps. The official plugin tries for two minutes. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 500;

/** `aws:secretsmanager/secret:Secret` */
export const secret: BridgedType = {
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
    async create(news) {
        const client = secretsManager(news.region);
        const id = await doing(`creating Secrets Manager Secret (${String(news.name)})`, makePatiently(client, news));
        return { id, outputs: there(await find(client, id, news)) };
    },
    read: (id, held) => find(secretsManager(held.region), id, held),
    async update(id, news, held) {
        const client = secretsManager(news.region);
        const { kmsKeyId, description = "" } = news as Partial<Record<string, string>>;
        if (kmsKeyId !== (held.kmsKeyId ?? undefined) || description !== (held.description ?? "")) {
            // A key that is no longer said is not sent, and so it stays.
            const change = new UpdateSecretCommand({ SecretId: id, KmsKeyId: kmsKeyId, Description: description });
            await doing(`updating Secrets Manager Secret (${id})`, client.send(change));
        }
        return there(await find(client, id, news));
    },
    async delete(id, { region, recoveryWindowInDays }) {
        const days = Number(recoveryWindowInDays);
        const window = days === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: days };
        const client = secretsManager(region);
        const gone = client.send(new DeleteSecretCommand({ SecretId: id, ...window }));
        await doing(`deleting Secrets Manager Secret (${id})`, unlessGone(gone, "ResourceNotFoundException"));
        await describe(client, id);
    },
};

/** AWS keeps a name until its recovery window ends, and for a moment after it was deleted for good. */
async function makePatiently(client: SecretsManagerClient, { name, kmsKeyId, description }: Properties) {
    const make = new CreateSecretCommand({
        Name: String(name),
        KmsKeyId: kmsKeyId as string | undefined,
        Description: description as string | undefined,
    });
    const giveUp = Date.now() + PATIENCE_MS;
    for (;;) {
        try {
            return String((await client.send(make)).ARN);
        } catch (error) {
            const isHeld = /scheduled for deletion|was deleted/.test((error as Error).message);
            if (!isHeld || Date.now() > giveUp) {
                throw error;
            }
            await wait(PAUSE_MS);
        }
    }
}

async function find(client: SecretsManagerClient, id: string, known: Properties): Promise<Properties | undefined> {
    const found = await describe(client, id);
    if (found === undefined || found.DeletedDate !== undefined) {
        return undefined;
    }
    const { ResourcePolicy = "" } = await client.send(new GetResourcePolicyCommand({ SecretId: id }));
    const { region, recoveryWindowInDays, forceOverwriteReplicaSecret } = known;
    return {
        ...{ name: found.Name, region, recoveryWindowInDays, forceOverwriteReplicaSecret },
        ...{ kmsKeyId: found.KmsKeyId ?? "", description: found.Description ?? "", arn: found.ARN },
        ...{ namePrefix: "", policy: ResourcePolicy, replicas: [], tags: {}, tagsAll: {} },
    };
}

function describe(client: SecretsManagerClient, SecretId: string): Promise<DescribeSecretResponse | undefined> {
    const ask = client.send(new DescribeSecretCommand({ SecretId }));
    return doing(`reading Secrets Manager Secret (${SecretId})`, unlessGone(ask, "ResourceNotFoundException"));
}
