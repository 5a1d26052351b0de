import { GetSecretValueCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import type { ResourceType } from "../../../provider/resourceType";
import { secretsManager, unlessGone } from "./clients";

/** `aws:secretsmanager/secretVersion:SecretVersion` */
export const secretVersion: ResourceType = {
    inputs: ["secretId", "region", "secretString"],
    required: ["secretId", "secretString"],
    replaceOn: ["secretId", "region", "secretString"],
    computed: ["arn", "versionId"],
    secrets: ["secretString"],
    async create(inputs) {
        const { secretId, region, secretString } = inputs;
        const put = new PutSecretValueCommand({ SecretId: String(secretId), SecretString: String(secretString) });
        const { ARN, VersionId } = await secretsManager(region).send(put);
        const outputs = { ...inputs, arn: ARN, versionId: VersionId };
        return { id: `${String(secretId)}|${String(VersionId)}`, outputs };
    },
    async read(id, inputs, outputs) {
        const ask = new GetSecretValueCommand({
            SecretId: String(outputs.secretId),
            VersionId: String(outputs.versionId),
        });
        // A secret that is scheduled for deletion answers that it is an invalid request to read it.
        const found = await unlessGone(
            secretsManager(inputs.region).send(ask),
            "ResourceNotFoundException",
            "InvalidRequestException",
        );
        const live = { ...inputs, secretString: found?.SecretString };
        return found === undefined ? undefined : { id, inputs: live, outputs: { ...outputs, ...live } };
    },
    // The version in use cannot be taken away: it goes with its secret, and with the official plugin too.
    delete: () => Promise.resolve(),
};
