import { DeleteUserPolicyCommand, GetUserPolicyCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { sameJson } from "../json";
import type { Properties, ResourceType } from "../../../provider/resourceType";
import { iam, unlessGone } from "./clients";

const key = ({ user, name }: Properties) => ({ UserName: String(user), PolicyName: String(name) });

const put = (inputs: Properties) =>
    iam.send(new PutUserPolicyCommand({ ...key(inputs), PolicyDocument: String(inputs.policy) }));

/** `aws:iam/userPolicy:UserPolicy` */
export const userPolicy: ResourceType = {
    inputs: ["name", "user", "policy"],
    required: ["name", "user", "policy"],
    replaceOn: ["name", "user"],
    computed: [],
    secrets: [],
    async create(inputs) {
        await put(inputs);
        return { id: `${String(inputs.user)}:${String(inputs.name)}`, outputs: inputs };
    },
    async read(id, inputs) {
        const found = await unlessGone(iam.send(new GetUserPolicyCommand(key(inputs))), "NoSuchEntityException");
        if (found === undefined) {
            return undefined;
        }
        // AWS gives the document in URL encoding.
        const held: unknown = JSON.parse(decodeURIComponent(found.PolicyDocument ?? ""));
        const live = { ...inputs, policy: sameJson(inputs.policy, held) };
        return { id, inputs: live, outputs: live };
    },
    async update(_id, inputs) {
        await put(inputs);
        return inputs;
    },
    async delete(_id, outputs) {
        await unlessGone(iam.send(new DeleteUserPolicyCommand(key(outputs))), "NoSuchEntityException");
    },
};
