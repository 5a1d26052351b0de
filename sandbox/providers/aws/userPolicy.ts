import { DeleteUserPolicyCommand, GetUserPolicyCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { doing, iam, there, unlessGone } from "./clients";

/** `aws:iam/userPolicy:UserPolicy` */
export const userPolicy: BridgedType = {
    properties: {
        name: { input: "required", replaces: "delete first" },
        namePrefix: { input: "optional", computed: true, replaces: "delete first" },
        policy: { input: "required", form: "json" },
        user: { input: "required", replaces: "delete first" },
    },
    async create(news) {
        const id = `${String(news.user)}:${String(news.name)}`;
        await put(news);
        return { id, outputs: there(await find(id)) };
    },
    read: (id) => find(id),
    async update(id, news) {
        await put(news);
        return there(await find(id));
    },
    async delete(id) {
        const gone = unlessGone(iam.send(new DeleteUserPolicyCommand(key(id))), "NoSuchEntityException");
        await doing(`deleting IAM User Policy (${id})`, gone);
    },
};

function key(id: string): { readonly UserName: string; readonly PolicyName: string } {
    const [UserName = "", PolicyName = ""] = id.split(":");
    return { UserName, PolicyName };
}

async function put({ user, name, policy }: Properties): Promise<void> {
    const [UserName, PolicyName] = [String(user), String(name)];
    const ask = iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: String(policy) }));
    await doing(`putting IAM User (${UserName}) Policy (${PolicyName})`, ask);
}

async function find(id: string): Promise<Properties | undefined> {
    const ask = unlessGone(iam.send(new GetUserPolicyCommand(key(id))), "NoSuchEntityException");
    const found = await doing(`reading IAM User Policy (${id})`, ask);
    return (
        found && {
            ...{ name: found.PolicyName, namePrefix: "", user: found.UserName },
            // AWS gives the document in URL encoding.
            policy: decodeURIComponent(found.PolicyDocument ?? ""),
        }
    );
}
