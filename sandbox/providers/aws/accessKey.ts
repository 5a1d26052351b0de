import {
    CreateAccessKeyCommand,
    DeleteAccessKeyCommand,
    LimitExceededException,
    ListAccessKeysCommand,
    UpdateAccessKeyCommand,
    type AccessKeyMetadata,
    type StatusType,
} from "@aws-sdk/client-iam";
import type { Properties, ResourceType } from "../../../provider/resourceType";
import { iam, unlessGone } from "./clients";

/** AWS's own limit, which the sandbox's server does not know. */
const KEYS_PER_USER = 2;

/** `aws:iam/accessKey:AccessKey` */
export const accessKey: ResourceType = {
    inputs: ["user", "status"],
    required: ["user"],
    replaceOn: ["user"],
    computed: ["secret", "createDate"],
    secrets: ["secret"],
    check: (inputs) => ({ status: "Active", ...inputs }),
    async create({ user, status }) {
        const UserName = String(user);
        if ((await keysOf(UserName)).length >= KEYS_PER_USER) {
            const message = `Cannot exceed quota for AccessKeysPerUser: ${KEYS_PER_USER}`;
            throw new LimitExceededException({ message, $metadata: {} });
        }
        const { AccessKey: made } = await iam.send(new CreateAccessKeyCommand({ UserName }));
        const id = String(made?.AccessKeyId);
        await setStatus(id, UserName, status);
        const createDate = made?.CreateDate?.toISOString();
        return { id, outputs: { user, status, secret: made?.SecretAccessKey, createDate } };
    },
    async read(id, { user }, outputs) {
        const found = (await keysOf(String(user))).find(({ AccessKeyId }) => AccessKeyId === id);
        const live: Properties = { user, status: found?.Status };
        // AWS tells the secret once, when it makes the key.
        return found === undefined ? undefined : { id, inputs: live, outputs: { ...outputs, ...live } };
    },
    async update(id, { user, status }, outputs) {
        await setStatus(id, String(user), status);
        return { ...outputs, status };
    },
    async delete(AccessKeyId, { user }) {
        const gone = new DeleteAccessKeyCommand({ AccessKeyId, UserName: String(user) });
        await unlessGone(iam.send(gone), "NoSuchEntityException");
    },
};

async function keysOf(UserName: string): Promise<readonly AccessKeyMetadata[]> {
    const found = await unlessGone(iam.send(new ListAccessKeysCommand({ UserName })), "NoSuchEntityException");
    return found?.AccessKeyMetadata ?? [];
}

async function setStatus(AccessKeyId: string, UserName: string, status: unknown): Promise<void> {
    await iam.send(new UpdateAccessKeyCommand({ AccessKeyId, UserName, Status: status as StatusType }));
}
