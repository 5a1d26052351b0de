import { isDeepStrictEqual } from "node:util";
import { isMapping } from "../../../lib/json";
import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { doing, projects, refusalOf } from "./clients";

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
export const iamMember: BridgedType = {
    properties: {
        condition: { input: "optional", replaces: "delete first" },
        etag: { computed: true },
        member: { input: "required", replaces: "delete first" },
        project: { input: "required", replaces: "delete first" },
        role: { input: "required", replaces: "delete first" },
    },
    async create(inputs) {
        const etag = await change(inputs, (bindings, own) => {
            const found = bindings.find((binding) => isSame(binding, own));
            if (found === undefined) {
                bindings.push({ ...own, members: [member(inputs)] });
            } else {
                found.members = [...new Set([...(found.members ?? []), member(inputs)])].sort();
            }
        });
        const { title, description, expression } = (inputs.condition ?? {}) as Condition;
        const limits = inputs.condition === undefined ? [] : [title, description ?? "", expression];
        const id = [inputs.project, inputs.role, inputs.member, ...limits].map(String).join("/");
        return { id, outputs: { ...inputs, etag } };
    },
    async read(_id, held) {
        const { bindings = [], etag } = await policyOf(held);
        const isThere = bindings.some((binding) => isSame(binding, bindingOf(held)) && has(binding, held));
        return isThere ? { ...held, etag } : undefined;
    },
    async delete(_id, held) {
        await change(held, (bindings, own) => {
            for (const binding of bindings.filter((each) => isSame(each, own))) {
                binding.members = (binding.members ?? []).filter((each) => each !== member(held));
            }
        });
    },
};

/** Reads, changes and writes the policy; begins anew when somebody else has written in between. Gives the new etag. */
async function change(inputs: Properties, edit: (bindings: Binding[], own: Binding) => void): Promise<unknown> {
    const project = String(inputs.project);
    const giveUp = performance.now() + 60_000;
    for (let wait = 50; ; wait = Math.min(2 * wait, 2000)) {
        const policy = await policyOf(inputs);
        const bindings = structuredClone(policy.bindings ?? []);
        edit(bindings, bindingOf(inputs));
        const wanted = bindings.filter(({ members }) => (members ?? []).length > 0);
        try {
            const requestBody = { policy: { version: VERSION, etag: policy.etag ?? null, bindings: wanted } };
            return (await projects.setIamPolicy({ resource: project, requestBody })).data.etag;
        } catch (error) {
            if (refusalOf(error)?.code !== 409 || performance.now() > giveUp) {
                await doing(
                    `Error setting IAM policy for project ${JSON.stringify(project)}`,
                    Promise.reject(error as Error),
                );
            }
        }
        // Two writers that wait alike would meet again.
        await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random())));
    }
}

async function policyOf({ project }: Properties): Promise<{ etag?: string | null; bindings?: Binding[] }> {
    const requestBody = { options: { requestedPolicyVersion: VERSION } };
    const resource = String(project);
    const what = `Error retrieving IAM policy for project ${JSON.stringify(resource)}`;
    return (await doing(what, projects.getIamPolicy({ resource, requestBody }))).data;
}

const member = (inputs: Properties): string => String(inputs.member);

function bindingOf({ role, condition }: Properties): Binding {
    // The engine gives back what there is not as null.
    return { role: String(role), ...(isMapping(condition) ? { condition } : {}) };
}

function isSame(one: Binding, other: Binding): boolean {
    return one.role === other.role && isDeepStrictEqual(one.condition, other.condition);
}

function has({ members }: Binding, inputs: Properties): boolean {
    return (members ?? []).includes(member(inputs));
}
