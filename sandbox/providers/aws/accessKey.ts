import { createHmac } from "node:crypto";
import {
    CreateAccessKeyCommand,
    DeleteAccessKeyCommand,
    ListAccessKeysCommand,
    UpdateAccessKeyCommand,
    type StatusType,
} from "@aws-sdk/client-iam";
import type { BridgedType } from "../bridge/schema";
import { iam, ignoreNotFound, withErrorPrefix } from "./clients";

/** `aws:iam/accessKey:AccessKey` */
export const accessKey: BridgedType = {
    properties: {
        createDate: { computed: true },
        encryptedSecret: { computed: true },
        encryptedSesSmtpPasswordV4: { computed: true },
        keyFingerprint: { computed: true },
        pgpKey: { input: "optional", replaces: true },
        secret: { computed: true, secret: true },
        sesSmtpPasswordV4: { computed: true, secret: true },
        status: { input: "optional", default: "Active" },
        user: { input: "required", replaces: true },
    },
    async create({ user, status }) {
        const UserName = String(user);
        const creation = iam.send(new CreateAccessKeyCommand({ UserName }));
        const { AccessKey: created } = await withErrorPrefix(`creating IAM Access Key (${UserName})`, creation);
        const id = String(created?.AccessKeyId);
        // AWS creates every key as active.
        if (status !== "Active") {
            await setStatus(id, UserName, status);
        }
        const secret = String(created?.SecretAccessKey);
        const createDate = created?.CreateDate?.toISOString();
        return { id, outputs: { user, status, secret, sesSmtpPasswordV4: smtpPassword(secret), createDate } };
    },
    async read(id, state) {
        const UserName = String(state.user);
        const request = ignoreNotFound(iam.send(new ListAccessKeysCommand({ UserName })), "NoSuchEntityException");
        const all = (await withErrorPrefix(`reading IAM Access Key (${id})`, request))?.AccessKeyMetadata ?? [];
        const found = all.find(({ AccessKeyId }) => AccessKeyId === id);
        // AWS returns the secret only once, on creation: it stays as in the state.
        return found && { ...state, status: found.Status };
    },
    async update(id, { user, status }, state) {
        if (status !== state.status) {
            await setStatus(id, String(user), status);
        }
        return { ...state, status };
    },
    async delete(AccessKeyId, { user }) {
        const deletion = iam.send(new DeleteAccessKeyCommand({ AccessKeyId, UserName: String(user) }));
        await withErrorPrefix(
            `deleting IAM Access Key (${AccessKeyId})`,
            ignoreNotFound(deletion, "NoSuchEntityException"),
        );
    },
};

async function setStatus(AccessKeyId: string, UserName: string, status: unknown): Promise<void> {
    const command = new UpdateAccessKeyCommand({ AccessKeyId, UserName, Status: status as StatusType });
    await withErrorPrefix(`updating IAM Access Key (${AccessKeyId})`, iam.send(command));
}

/** Returns the key's Amazon SES SMTP password, derived as AWS documents it. The official plugin always outputs it. */
function smtpPassword(secret: string): string {
    const steps = ["11111111", process.env.AWS_REGION ?? "", "ses", "aws4_request", "SendRawEmail"];
    const signature = steps.reduce<Buffer>(
        (key, step) => createHmac("sha256", key).update(step).digest(),
        Buffer.from(`AWS4${secret}`),
    );
    return Buffer.concat([Buffer.from([4]), signature]).toString("base64");
}
