import { DeleteUserPolicyCommand, GetUserPolicyCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { iam, ignoreNotFound, requireFound, withErrorPrefix } from "./clients";

/** `aws:iam/userPolicy:UserPolicy` */
export const userPolicy: BridgedType = {
    properties: {
        name: { input: "required", replaces: "delete first" },
        namePrefix: { input: "optional", computed: true, replaces: "delete first" },
        policy: { input: "required", form: "json" },
        user: { input: "required", replaces: "delete first" },
    },
    async create(inputs) {
        const id = `${String(inputs.user)}:${String(inputs.name)}`;
        await put(inputs);
        return { id, outputs: requireFound(await find(id)) };
    },
    read: (id) => find(id),
    async update(id, inputs) {
        await put(inputs);
        return requireFound(await find(id));
    },
    async delete(id) {
        const deletion = ignoreNotFound(iam.send(new DeleteUserPolicyCommand(parseId(id))), "NoSuchEntityException");
        await withErrorPrefix(`deleting IAM User Policy (${id})`, deletion);
    },
};

function parseId(id: string): { readonly UserName: string; readonly PolicyName: string } {
    const [UserName = "", PolicyName = ""] = id.split(":");
    return { UserName, PolicyName };
}

async function put({ user, name, policy }: Properties): Promise<void> {
    const [UserName, PolicyName] = [String(user), String(name)];
    const request = iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: String(policy) }));
    await withErrorPrefix(`putting IAM User (${UserName}) Policy (${PolicyName})`, request);
}

async function find(id: string): Promise<Properties | undefined> {
    const request = ignoreNotFound(iam.send(new GetUserPolicyCommand(parseId(id))), "NoSuchEntityException");
    const found = await withErrorPrefix(`reading IAM User Policy (${id})`, request);
    return (
        found && {
            ...{ name: found.PolicyName, namePrefix: "", user: found.UserName },
            // AWS returns the document URL-encoded.
            policy: decodeURIComponent(found.PolicyDocument ?? ""),
        }
    );
}
