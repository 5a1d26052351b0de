import {
    GetSecretValueCommand,
    PutSecretValueCommand,
    UpdateSecretVersionStageCommand,
    type GetSecretValueResponse,
    type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { doing, secretsManager, there, unlessGone } from "./clients";

/** A secret that is scheduled for deletion answers that it is an invalid request to read it. */
const GONE = ["ResourceNotFoundException", "InvalidRequestException"];

/** `aws:secretsmanager/secretVersion:SecretVersion` */
export const secretVersion: BridgedType = {
    properties: {
        arn: { computed: true },
        hasSecretStringWo: { computed: true },
        region: { input: "optional", computed: true, replaces: true },
        secretArn: { computed: true },
        secretBinary: { input: "optional", replaces: true, secret: true },
        secretId: { input: "required", replaces: true },
        secretString: { input: "optional", replaces: true, secret: true },
        secretStringWo: { input: "optional", secret: true },
        secretStringWoVersion: { input: "optional", replaces: true },
        versionId: { computed: true },
        versionStages: { input: "optional", computed: true, form: "set" },
    },
    async create(news) {
        const client = secretsManager(news.region);
        const [SecretId, SecretString] = [String(news.secretId), String(news.secretString)];
        const put = new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken: newVersionId() });
        const { VersionId } = await doing(`putting Secrets Manager Secret (${SecretId}) value`, client.send(put));
        const id = `${SecretId}|${String(VersionId)}`;
        return { id, outputs: there(outputsOf(await find(client, id), news)) };
    },
    read: async (id, held) => outputsOf(await find(secretsManager(held.region), id), held),
    /** The version in use cannot be taken away: it goes with its secret. Others lose their labels, and with them AWS. */
    async delete(id, { region, versionStages }) {
        const [SecretId, RemoveFromVersionId] = parts(id);
        for (const VersionStage of versionStages as string[]) {
            if (VersionStage !== "AWSCURRENT") {
                const away = new UpdateSecretVersionStageCommand({ SecretId, RemoveFromVersionId, VersionStage });
                const what = `deleting Secrets Manager Secret Version (${id}) stage (${VersionStage})`;
                await doing(what, unlessGone(secretsManager(region).send(away), ...GONE));
            }
        }
    },
};

let made = 0;

/** Terraform's own kind of id: a time and a count. */
function newVersionId(): string {
    const time = new Date().toISOString().replace(/\D/g, "").padEnd(18, "0");
    return `terraform-${time}${(++made).toString(16).padStart(8, "0")}`;
}

function parts(id: string): [secretId: string, versionId: string] {
    const [secretId = "", versionId = ""] = id.split("|");
    return [secretId, versionId];
}

function find(client: SecretsManagerClient, id: string): Promise<GetSecretValueResponse | undefined> {
    const [SecretId, VersionId] = parts(id);
    const ask = unlessGone(client.send(new GetSecretValueCommand({ SecretId, VersionId })), ...GONE);
    return doing(`reading Secrets Manager Secret Version (${id})`, ask);
}

function outputsOf(found: GetSecretValueResponse | undefined, { secretId, region }: Properties) {
    return (
        found && {
            ...{ secretId, region, secretString: found.SecretString, arn: found.ARN, secretArn: found.ARN },
            ...{ versionId: found.VersionId, versionStages: found.VersionStages ?? [] },
        }
    );
}
