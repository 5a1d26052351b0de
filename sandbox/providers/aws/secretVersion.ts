import {
    GetSecretValueCommand,
    PutSecretValueCommand,
    UpdateSecretVersionStageCommand,
    type GetSecretValueResponse,
    type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { ignoreNotFound, requireFound, secretsManager, withErrorPrefix } from "./clients";

/** Errors for a missing secret. Reading a secret that is scheduled for deletion is an invalid request. */
const NOT_FOUND_ERRORS = ["ResourceNotFoundException", "InvalidRequestException"];

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
    async create(inputs) {
        const client = secretsManager(inputs.region);
        const [SecretId, SecretString] = [String(inputs.secretId), String(inputs.secretString)];
        const put = new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken: newVersionId() });
        const { VersionId } = await withErrorPrefix(
            `putting Secrets Manager Secret (${SecretId}) value`,
            client.send(put),
        );
        const id = `${SecretId}|${String(VersionId)}`;
        return { id, outputs: requireFound(outputsOf(await find(client, id), inputs)) };
    },
    read: async (id, state) => outputsOf(await find(secretsManager(state.region), id), state),
    /**
     * Removes the staging labels of a version that is not the current one; AWS then deletes the version. The current
     * version cannot be deleted: it is deleted with its secret.
     */
    async delete(id, { region, versionStages }) {
        const [SecretId, RemoveFromVersionId] = parseId(id);
        for (const VersionStage of versionStages as string[]) {
            if (VersionStage !== "AWSCURRENT") {
                const command = new UpdateSecretVersionStageCommand({ SecretId, RemoveFromVersionId, VersionStage });
                const errorPrefix = `deleting Secrets Manager Secret Version (${id}) stage (${VersionStage})`;
                await withErrorPrefix(
                    errorPrefix,
                    ignoreNotFound(secretsManager(region).send(command), ...NOT_FOUND_ERRORS),
                );
            }
        }
    },
};

let versionCount = 0;

/** Returns a version id in Terraform's format: a time and a counter. */
function newVersionId(): string {
    const time = new Date().toISOString().replace(/\D/g, "").padEnd(18, "0");
    return `terraform-${time}${(++versionCount).toString(16).padStart(8, "0")}`;
}

function parseId(id: string): [secretId: string, versionId: string] {
    const [secretId = "", versionId = ""] = id.split("|");
    return [secretId, versionId];
}

function find(client: SecretsManagerClient, id: string): Promise<GetSecretValueResponse | undefined> {
    const [SecretId, VersionId] = parseId(id);
    const request = ignoreNotFound(
        client.send(new GetSecretValueCommand({ SecretId, VersionId })),
        ...NOT_FOUND_ERRORS,
    );
    return withErrorPrefix(`reading Secrets Manager Secret Version (${id})`, request);
}

function outputsOf(found: GetSecretValueResponse | undefined, { secretId, region }: Properties) {
    return (
        found && {
            ...{ secretId, region, secretString: found.SecretString, arn: found.ARN, secretArn: found.ARN },
            ...{ versionId: found.VersionId, versionStages: found.VersionStages ?? [] },
        }
    );
}
