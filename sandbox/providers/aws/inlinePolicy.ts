import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { ignoreNotFound, requireFound, withErrorPrefix } from "./clients";

/** IAM's calls for the inline policies of users or of roles. */
interface PolicyCalls {
    put(owner: string, name: string, document: string): Promise<unknown>;
    /** Returns the document as IAM does: URL-encoded. */
    get(owner: string, name: string): Promise<string | undefined>;
    delete(owner: string, name: string): Promise<unknown>;
}

/** Returns the type of an inline policy; `owner` is the input with the name of whom the policy is of. */
export function inlinePolicy(owner: "user" | "role", calls: PolicyCalls): BridgedType {
    const title = owner === "user" ? "IAM User" : "IAM Role";

    async function put({ [owner]: of, name, policy }: Properties): Promise<void> {
        const request = calls.put(String(of), String(name), String(policy));
        await withErrorPrefix(`putting ${title} (${String(of)}) Policy (${String(name)})`, request);
    }

    async function find(id: string): Promise<Properties | undefined> {
        const [of, name] = parseId(id);
        const request = ignoreNotFound(calls.get(of, name), "NoSuchEntityException");
        const document = await withErrorPrefix(`reading ${title} Policy (${id})`, request);
        return document === undefined
            ? undefined
            : { name, namePrefix: "", [owner]: of, policy: decodeURIComponent(document) };
    }

    return {
        properties: {
            name: { input: "required", replaces: "delete first" },
            namePrefix: { input: "optional", computed: true, replaces: "delete first" },
            policy: { input: "required", form: "json" },
            [owner]: { input: "required", replaces: "delete first" },
        },
        async create(inputs) {
            const id = `${String(inputs[owner])}:${String(inputs.name)}`;
            await put(inputs);
            return { id, outputs: requireFound(await find(id)) };
        },
        read: (id) => find(id),
        async update(id, inputs) {
            await put(inputs);
            return requireFound(await find(id));
        },
        async delete(id) {
            const deletion = ignoreNotFound(calls.delete(...parseId(id)), "NoSuchEntityException");
            await withErrorPrefix(`deleting ${title} Policy (${id})`, deletion);
        },
    };
}

function parseId(id: string): [owner: string, name: string] {
    const [owner = "", name = ""] = id.split(":");
    return [owner, name];
}
