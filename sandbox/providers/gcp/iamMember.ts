import { isDeepStrictEqual } from "node:util";
import type { Properties, ResourceType } from "../../../provider/resourceType";
import { codeOf, projects } from "./clients";

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

/** The version of policies that has conditions. */
const VERSION = 3;

/** `gcp:projects/iAMMember:IAMMember`: one member of one binding; everybody else's stay as they are. */
export const iamMember: ResourceType = {
    inputs: ["project", "role", "member", "condition"],
    required: ["project", "role", "member"],
    replaceOn: ["project", "role", "member", "condition"],
    computed: [],
    secrets: [],
    async create(inputs) {
        await change(inputs, (bindings, own) => {
            const found = bindings.find((binding) => isSame(binding, own));
            if (found === undefined) {
                bindings.push({ ...own, members: [member(inputs)] });
            } else {
                found.members = [...new Set([...(found.members ?? []), member(inputs)])];
            }
        });
        const { title } = (inputs.condition ?? {}) as Condition;
        const id = [inputs.project, inputs.role, inputs.member].map(String).join("/");
        return { id: title ? `${id}/${title}` : id, outputs: inputs };
    },
    async read(id, inputs) {
        const { bindings = [] } = await policyOf(inputs);
        const isThere = bindings.some((binding) => isSame(binding, bindingOf(inputs)) && has(binding, inputs));
        return isThere ? { id, inputs, outputs: inputs } : undefined;
    },
    async delete(_id, outputs) {
        await change(outputs, (bindings, own) => {
            for (const binding of bindings.filter((each) => isSame(each, own))) {
                binding.members = (binding.members ?? []).filter((each) => each !== member(outputs));
            }
        });
    },
};

/** Reads, changes and writes the policy; begins anew when somebody else has written in between. */
async function change(inputs: Properties, edit: (bindings: Binding[], own: Binding) => void): Promise<void> {
    const giveUp = performance.now() + 60_000;
    for (let wait = 50; ; wait = Math.min(2 * wait, 2000)) {
        const policy = await policyOf(inputs);
        const bindings = structuredClone(policy.bindings ?? []);
        edit(bindings, bindingOf(inputs));
        const wanted = bindings.filter(({ members }) => (members ?? []).length > 0);
        try {
            const requestBody = { policy: { version: VERSION, etag: policy.etag ?? null, bindings: wanted } };
            await projects.setIamPolicy({ resource: String(inputs.project), requestBody });
            return;
        } catch (error) {
            if (codeOf(error) !== 409 || performance.now() > giveUp) {
                throw error;
            }
        }
        // Two writers that wait alike would meet again.
        await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random())));
    }
}

async function policyOf({ project }: Properties): Promise<{ etag?: string | null; bindings?: Binding[] }> {
    const requestBody = { options: { requestedPolicyVersion: VERSION } };
    const { data } = await projects.getIamPolicy({ resource: String(project), requestBody });
    return data;
}

const member = (inputs: Properties): string => String(inputs.member);

function bindingOf({ role, condition }: Properties): Binding {
    return { role: String(role), ...(condition === undefined ? {} : { condition: condition as Condition }) };
}

function isSame(one: Binding, other: Binding): boolean {
    return one.role === other.role && isDeepStrictEqual(one.condition, other.condition);
}

function has({ members }: Binding, inputs: Properties): boolean {
    return (members ?? []).includes(member(inputs));
}
