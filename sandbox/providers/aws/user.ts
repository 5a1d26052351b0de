import {
    CreateUserCommand,
    DeleteUserPermissionsBoundaryCommand,
    GetUserCommand,
    PutUserPermissionsBoundaryCommand,
    UpdateUserCommand,
} from "@aws-sdk/client-iam";
import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { doing, iam, there, unlessGone } from "./clients";
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
    async create(news) {
        const UserName = String(news.name);
        const make = new CreateUserCommand({
            UserName,
            Path: String(news.path),
            PermissionsBoundary: news.permissionsBoundary as string | undefined,
        });
        await doing(`creating IAM User (${UserName})`, iam.send(make));
        return { id: UserName, outputs: there(await find(UserName, news)) };
    },
    read: find,
    async update(id, news, held) {
        const UserName = String(news.name);
        if (UserName !== held.name || news.path !== held.path) {
            const change = new UpdateUserCommand({ UserName: id, NewUserName: UserName, NewPath: String(news.path) });
            await doing(`updating IAM User (${id})`, iam.send(change));
        }
        await setBoundary(UserName, news.permissionsBoundary, held.permissionsBoundary ?? undefined);
        return there(await find(UserName, news));
    },
    delete: (id, { forceDestroy }) => removeUser(id, forceDestroy === true),
};

async function setBoundary(UserName: string, wanted: unknown, held: unknown): Promise<void> {
    if (wanted === held) {
        return;
    }
    if (typeof wanted === "string") {
        const set = new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: wanted });
        await doing(`setting IAM User (${UserName}) permissions boundary`, iam.send(set));
    } else {
        const unset = new DeleteUserPermissionsBoundaryCommand({ UserName });
        await doing(`deleting IAM User (${UserName}) permissions boundary`, iam.send(unset));
    }
}

async function find(UserName: string, { forceDestroy }: Properties): Promise<Properties | undefined> {
    const ask = unlessGone(iam.send(new GetUserCommand({ UserName })), "NoSuchEntityException");
    const found = (await doing(`reading IAM User (${UserName})`, ask))?.User;
    const boundary = found?.PermissionsBoundary?.PermissionsBoundaryArn;
    return (
        found && {
            ...{ name: found.UserName, path: found.Path, permissionsBoundary: boundary, forceDestroy },
            ...{ arn: found.Arn, uniqueId: found.UserId, tags: {}, tagsAll: {} },
        }
    );
}
