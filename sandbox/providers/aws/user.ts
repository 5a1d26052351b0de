import {
    CreateUserCommand,
    DeleteUserPermissionsBoundaryCommand,
    GetUserCommand,
    PutUserPermissionsBoundaryCommand,
    TagUserCommand,
    UntagUserCommand,
    UpdateUserCommand,
} from "@aws-sdk/client-iam";
import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { iam, ignoreNotFound, requireFound, withErrorPrefix } from "./clients";
import { tagChanges, tagOutputs, toTags } from "./tags";
import { removeUser } from "./userRemoval";

/** `aws:iam/user:User` */
export const user: BridgedType = {
    properties: {
        arn: { computed: true },
        forceDestroy: { input: "optional", default: false },
        name: { input: "required" },
        path: { input: "optional", default: "/" },
        permissionsBoundary: { input: "optional" },
        tags: { input: "optional", form: "map" },
        tagsAll: { computed: true, form: "map" },
        uniqueId: { computed: true },
    },
    async create(inputs) {
        const UserName = String(inputs.name);
        const command = new CreateUserCommand({
            UserName,
            Path: String(inputs.path),
            PermissionsBoundary: inputs.permissionsBoundary as string | undefined,
            Tags: toTags(inputs.tags),
        });
        await withErrorPrefix(`creating IAM User (${UserName})`, iam.send(command));
        return { id: UserName, outputs: requireFound(await find(UserName, inputs)) };
    },
    read: find,
    async update(id, inputs, state) {
        const UserName = String(inputs.name);
        if (UserName !== state.name || inputs.path !== state.path) {
            const command = new UpdateUserCommand({
                UserName: id,
                NewUserName: UserName,
                NewPath: String(inputs.path),
            });
            await withErrorPrefix(`updating IAM User (${id})`, iam.send(command));
        }
        await setBoundary(UserName, inputs.permissionsBoundary, state.permissionsBoundary ?? undefined);
        await withErrorPrefix(`updating tags for IAM User (${id})`, setTags(UserName, state.tags, inputs.tags));
        return requireFound(await find(UserName, inputs));
    },
    delete: (id, { forceDestroy }) => removeUser(id, forceDestroy === true),
};

async function setBoundary(UserName: string, wanted: unknown, current: unknown): Promise<void> {
    if (wanted === current) {
        return;
    }
    if (typeof wanted === "string") {
        const command = new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: wanted });
        await withErrorPrefix(`setting IAM User (${UserName}) permissions boundary`, iam.send(command));
    } else {
        const command = new DeleteUserPermissionsBoundaryCommand({ UserName });
        await withErrorPrefix(`deleting IAM User (${UserName}) permissions boundary`, iam.send(command));
    }
}

async function setTags(UserName: string, before: unknown, after: unknown): Promise<void> {
    const { changed, removed } = tagChanges(before, after);
    if (removed.length > 0) {
        await iam.send(new UntagUserCommand({ UserName, TagKeys: [...removed] }));
    }
    if (changed.length > 0) {
        await iam.send(new TagUserCommand({ UserName, Tags: [...changed] }));
    }
}

async function find(UserName: string, { forceDestroy }: Properties): Promise<Properties | undefined> {
    const request = ignoreNotFound(iam.send(new GetUserCommand({ UserName })), "NoSuchEntityException");
    const found = (await withErrorPrefix(`reading IAM User (${UserName})`, request))?.User;
    const boundary = found?.PermissionsBoundary?.PermissionsBoundaryArn;
    return (
        found && {
            ...{ name: found.UserName, path: found.Path, permissionsBoundary: boundary, forceDestroy },
            ...{ arn: found.Arn, uniqueId: found.UserId, ...tagOutputs(found.Tags) },
        }
    );
}
