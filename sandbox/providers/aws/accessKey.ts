import { createHmac } from "node:crypto";
import {
    CreateAccessKeyCommand,
    DeleteAccessKeyCommand,
    ListAccessKeysCommand,
    UpdateAccessKeyCommand,
    type StatusType,
} from "@aws-sdk/client-iam";
import type { BridgedType } from "../bridge/schema";
import { doing, iam, unlessGone } from "./clients";

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
        const make = iam.send(new CreateAccessKeyCommand({ UserName }));
        const { AccessKey: made } = await doing(`creating IAM Access Key (${UserName})`, make);
        const id = String(made?.AccessKeyId);
        // AWS makes it active.
        if (status !== "Active") {
            await setStatus(id, UserName, status);
        }
        const secret = String(made?.SecretAccessKey);
        const createDate = made?.CreateDate?.toISOString();
        return { id, outputs: { user, status, secret, sesSmtpPasswordV4: smtpPassword(secret), createDate } };
    },
    async read(id, held) {
        const UserName = String(held.user);
        const ask = unlessGone(iam.send(new ListAccessKeysCommand({ UserName })), "NoSuchEntityException");
        const all = (await doing(`reading IAM Access Key (${id})`, ask))?.AccessKeyMetadata ?? [];
        const found = all.find(({ AccessKeyId }) => AccessKeyId === id);
        // AWS tells the secret once, when it makes the key.
        return found && { ...held, status: found.Status };
    },
    async update(id, { user, status }, held) {
        if (status !== held.status) {
            await setStatus(id, String(user), status);
        }
        return { ...held, status };
    },
    async delete(AccessKeyId, { user }) {
        const gone = iam.send(new DeleteAccessKeyCommand({ AccessKeyId, UserName: String(user) }));
        await doing(`deleting IAM Access Key (${AccessKeyId})`, unlessGone(gone, "NoSuchEntityException"));
    },
};

async function setStatus(AccessKeyId: string, UserName: string, status: unknown): Promise<void> {
    const change = new UpdateAccessKeyCommand({ AccessKeyId, UserName, Status: status as StatusType });
    await doing(`updating IAM Access Key (${AccessKeyId})`, iam.send(change));
}

/** What the key opens in Amazon SES, by AWS's documented way of deriving it; the official plugin tells it unasked. */
function smtpPassword(secret: string): string {
    const steps = ["11111111", process.env.AWS_REGION ?? "", "ses", "aws4_request", "SendRawEmail"];
    const signature = steps.reduce<Buffer>(
        (key, step) => createHmac("sha256", key).update(step).digest(),
        Buffer.from(`AWS4${secret}`),
    );
    return Buffer.concat([Buffer.from([4]), signature]).toString("base64");
}
