import {
    CreateUserCommand,
    DeleteAccessKeyCommand,
    DeleteUserCommand,
    DeleteUserPermissionsBoundaryCommand,
    GetUserCommand,
    ListAccessKeysCommand,
    PutUserPermissionsBoundaryCommand,
    UpdateUserCommand,
    type User,
} from "@aws-sdk/client-iam";
import type { Properties, ResourceType } from "../../../provider/resourceType";
import { iam, unlessGone } from "./clients";

/** `aws:iam/user:User` */
export const user: ResourceType = {
    inputs: ["name", "path", "permissionsBoundary", "forceDestroy"],
    required: ["name"],
    replaceOn: [],
    computed: ["arn", "uniqueId"],
    secrets: [],
    check: (inputs) => ({ path: "/", forceDestroy: false, ...inputs }),
    async create(inputs) {
        const { User: made } = await iam.send(
            new CreateUserCommand({
                UserName: String(inputs.name),
                Path: String(inputs.path),
                PermissionsBoundary: inputs.permissionsBoundary as string | undefined,
            }),
        );
        return { id: String(inputs.name), outputs: { ...inputs, ...identifiers(made) } };
    },
    async read(id, inputs) {
        const found = await unlessGone(iam.send(new GetUserCommand({ UserName: id })), "NoSuchEntityException");
        if (found?.User === undefined) {
            return undefined;
        }
        const boundary = found.User.PermissionsBoundary?.PermissionsBoundaryArn;
        const live: Properties = {
            name: found.User.UserName,
            path: found.User.Path,
            forceDestroy: inputs.forceDestroy ?? false,
            ...(boundary === undefined ? {} : { permissionsBoundary: boundary }),
        };
        return { id, inputs: live, outputs: { ...live, ...identifiers(found.User) } };
    },
    async update(id, inputs, outputs) {
        const UserName = String(inputs.name);
        // What Pulumi alone knows of, forceDestroy, is nothing to AWS.
        if (UserName !== outputs.name || inputs.path !== outputs.path) {
            await iam.send(
                new UpdateUserCommand({ UserName: id, NewUserName: UserName, NewPath: String(inputs.path) }),
            );
        }
        if (typeof inputs.permissionsBoundary === "string") {
            const PermissionsBoundary = inputs.permissionsBoundary;
            await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }));
        } else if (outputs.permissionsBoundary !== undefined) {
            await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName }));
        }
        const { User: changed } = await iam.send(new GetUserCommand({ UserName }));
        return { ...inputs, ...identifiers(changed) };
    },
    async delete(id, { forceDestroy }) {
        if (forceDestroy === true) {
            await deleteKeys(id);
        }
        await unlessGone(iam.send(new DeleteUserCommand({ UserName: id })), "NoSuchEntityException");
    },
};

/** Those that are in no state too. AWS deletes no user that has one. */
async function deleteKeys(UserName: string): Promise<void> {
    const found = await unlessGone(iam.send(new ListAccessKeysCommand({ UserName })), "NoSuchEntityException");
    for (const { AccessKeyId } of found?.AccessKeyMetadata ?? []) {
        await iam.send(new DeleteAccessKeyCommand({ AccessKeyId, UserName }));
    }
}

function identifiers(found: User | undefined): Properties {
    return { arn: found?.Arn, uniqueId: found?.UserId };
}
