import { DeleteRolePolicyCommand, GetRolePolicyCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { iam, ignoreNotFound, requireFound, withErrorPrefix } from "./clients";

/** `aws:iam/rolePolicy:RolePolicy` */
export const rolePolicy: BridgedType = {
    properties: {
        name: { input: "required", replaces: "delete first" },
        namePrefix: { input: "optional", computed: true, replaces: "delete first" },
        policy: { input: "required", form: "json" },
        role: { input: "required", replaces: "delete first" },
    },
    async create(inputs) {
        const id = `${String(inputs.role)}:${String(inputs.name)}`;
        await put(inputs);
        return { id, outputs: requireFound(await find(id)) };
    },
    read: (id) => find(id),
    async update(id, inputs) {
        await put(inputs);
        return requireFound(await find(id));
    },
    async delete(id) {
        const deletion = ignoreNotFound(iam.send(new DeleteRolePolicyCommand(parseId(id))), "NoSuchEntityException");
        await withErrorPrefix(`deleting IAM Role Policy (${id})`, deletion);
    },
};

function parseId(id: string): { readonly RoleName: string; readonly PolicyName: string } {
    const [RoleName = "", PolicyName = ""] = id.split(":");
    return { RoleName, PolicyName };
}

async function put({ role, name, policy }: Properties): Promise<void> {
    const [RoleName, PolicyName] = [String(role), String(name)];
    const request = iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: String(policy) }));
    await withErrorPrefix(`putting IAM Role (${RoleName}) Policy (${PolicyName})`, request);
}

async function find(id: string): Promise<Properties | undefined> {
    const request = ignoreNotFound(iam.send(new GetRolePolicyCommand(parseId(id))), "NoSuchEntityException");
    const found = await withErrorPrefix(`reading IAM Role Policy (${id})`, request);
    return (
        found && {
            ...{ name: found.PolicyName, namePrefix: "", role: found.RoleName },
            // AWS returns the document URL-encoded.
            policy: decodeURIComponent(found.PolicyDocument ?? ""),
        }
    );
}
