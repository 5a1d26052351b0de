import type { IAMClient } from "@aws-sdk/client-iam";
import { ifFound } from "../../lib/ifFound";
import {
    outputText,
    requiredOutput,
    type CredentialStore,
    type HeldCredential,
    type ServiceCredentials,
    type StoredResource,
} from "../serviceCredentials";
import { awsRequests } from "./requests";

const USER = "aws:iam/user:User";
const ACCESS_KEY = "aws:iam/accessKey:AccessKey";

/** Access keys of IAM users. */
export const awsCredentials: ServiceCredentials = {
    title: "access key",
    identityName: (resource) => (resource.type === USER ? (outputText(resource, "name") ?? resource.id) : undefined),
    credentialId: ({ type, id }) => (type === ACCESS_KEY ? id : undefined),
    logIn,
};

type Iam = typeof import("@aws-sdk/client-iam");

async function logIn(): Promise<CredentialStore> {
    // Imported lazily: it is large.
    const sdk = await import("@aws-sdk/client-iam");
    // IAM has no regions, but the client asks for one. It decides between AWS, AWS China and AWS GovCloud.
    const { AWS_REGION, AWS_DEFAULT_REGION = "us-east-1" } = process.env;
    const client = new sdk.IAMClient({ region: AWS_REGION ?? AWS_DEFAULT_REGION, requestHandler: awsRequests });
    return new AccessKeys(sdk, client);
}

class AccessKeys implements CredentialStore {
    constructor(
        private readonly sdk: Iam,
        private readonly client: IAMClient,
    ) {}

    async list(user: StoredResource) {
        const UserName = requiredOutput(user, "name");
        const found = await ifFound(this.client.send(new this.sdk.GetUserCommand({ UserName })), this.isNotFound);
        // AWS never gives the same id to two users.
        if (found?.User?.UserId !== requiredOutput(user, "uniqueId")) {
            throw new Error(
                found === undefined
                    ? "the AWS account of this shell's login has no such user"
                    : "the AWS account of this shell's login has another user of that name",
            );
        }
        const keys: HeldCredential[] = [];
        for await (const page of this.sdk.paginateListAccessKeys({ client: this.client }, { UserName })) {
            for (const { AccessKeyId = "", CreateDate } of page.AccessKeyMetadata ?? []) {
                keys.push({ id: AccessKeyId, made: CreateDate?.toISOString() });
            }
        }
        return keys;
    }

    async remove(user: StoredResource, AccessKeyId: string): Promise<void> {
        const UserName = requiredOutput(user, "name");
        const command = new this.sdk.DeleteAccessKeyCommand({ UserName, AccessKeyId });
        await ifFound(this.client.send(command), this.isNotFound);
    }

    private readonly isNotFound = (error: unknown): boolean => error instanceof this.sdk.NoSuchEntityException;
}
