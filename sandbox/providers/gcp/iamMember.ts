import { isDeepStrictEqual } from "node:util";
import { isMapping } from "../../../lib/json";
import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { googleErrorOf, projects, withErrorPrefix } from "./clients";

interface Binding {
    role?: string | null;
    members?: string[] | null;
    condition?: Condition;
}

interface Condition {
    title?: string | null;
    description?: string | null;
    expression?: string | null;
}

/** The IAM policy version that supports conditions. */
const POLICY_VERSION = 3;

/** `gcp:projects/iAMMember:IAMMember`: one member of one binding. Other members and bindings stay unchanged. */
export const iamMember: BridgedType = {
    properties: {
        condition: { input: "optional", replaces: "delete first" },
        etag: { computed: true },
        member: { input: "required", replaces: "delete first" },
        project: { input: "required", replaces: "delete first" },
        role: { input: "required", replaces: "delete first" },
    },
    async create(inputs) {
        const etag = await updatePolicy(inputs, (bindings, memberBinding) => {
            const found = bindings.find((binding) => isSame(binding, memberBinding));
            if (found === undefined) {
                bindings.push({ ...memberBinding, members: [member(inputs)] });
            } else {
                found.members = [...new Set([...(found.members ?? []), member(inputs)])].sort();
            }
        });
        const { title, description, expression } = (inputs.condition ?? {}) as Condition;
        const conditionFields = inputs.condition === undefined ? [] : [title, description ?? "", expression];
        const id = [inputs.project, inputs.role, inputs.member, ...conditionFields].map(String).join("/");
        return { id, outputs: { ...inputs, etag } };
    },
    async read(_id, state) {
        const { bindings = [], etag } = await policyOf(state);
        const exists = bindings.some((binding) => isSame(binding, bindingOf(state)) && hasMember(binding, state));
        return exists ? { ...state, etag } : undefined;
    },
    async delete(_id, state) {
        await updatePolicy(state, (bindings, memberBinding) => {
            for (const binding of bindings.filter((each) => isSame(each, memberBinding))) {
                binding.members = (binding.members ?? []).filter((each) => each !== member(state));
            }
        });
    },
};

/** Reads, edits and writes the policy. Starts again if somebody else wrote it in between. Returns the new etag. */
async function updatePolicy(
    inputs: Properties,
    edit: (bindings: Binding[], memberBinding: Binding) => void,
): Promise<unknown> {
    const project = String(inputs.project);
    const deadline = performance.now() + 60_000;
    for (let delay = 50; ; delay = Math.min(2 * delay, 2000)) {
        const policy = await policyOf(inputs);
        const bindings = structuredClone(policy.bindings ?? []);
        edit(bindings, bindingOf(inputs));
        const remaining = bindings.filter(({ members }) => (members ?? []).length > 0);
        try {
            const requestBody = { policy: { version: POLICY_VERSION, etag: policy.etag ?? null, bindings: remaining } };
            return (await projects.setIamPolicy({ resource: project, requestBody })).data.etag;
        } catch (error) {
            if (googleErrorOf(error)?.code !== 409 || performance.now() > deadline) {
                await withErrorPrefix(
                    `Error setting IAM policy for project ${JSON.stringify(project)}`,
                    Promise.reject(error as Error),
                );
            }
        }
        // Jitter: two writers with the same delay would collide again.
        await new Promise((resolve) => setTimeout(resolve, delay * (0.5 + Math.random())));
    }
}

async function policyOf({ project }: Properties): Promise<{ etag?: string | null; bindings?: Binding[] }> {
    const requestBody = { options: { requestedPolicyVersion: POLICY_VERSION } };
    const resource = String(project);
    const errorPrefix = `Error retrieving IAM policy for project ${JSON.stringify(resource)}`;
    return (await withErrorPrefix(errorPrefix, projects.getIamPolicy({ resource, requestBody }))).data;
}

const member = (inputs: Properties): string => String(inputs.member);

function bindingOf({ role, condition }: Properties): Binding {
    // The engine sends a missing condition as null.
    return { role: String(role), ...(isMapping(condition) ? { condition } : {}) };
}

function isSame(one: Binding, other: Binding): boolean {
    return one.role === other.role && isDeepStrictEqual(one.condition, other.condition);
}

function hasMember({ members }: Binding, inputs: Properties): boolean {
    return (members ?? []).includes(member(inputs));
}
