import type { Properties, ResourceType } from "../../../provider/resourceType";
import { azure, unlessGone } from "./clients";

/** What Graph tells of an application, and of its service principal. */
export interface Found {
    readonly id: string;
    readonly appId: string;
    readonly displayName: string;
}

/** How Graph is told of the owners of what is made. */
export function ownedBy({ owners }: Properties): Record<string, string[]> {
    const ids = (owners ?? []) as string[];
    return { "owners@odata.bind": ids.map((id) => `https://graph.microsoft.com/v1.0/directoryObjects/${id}`) };
}

/** `azuread:index/application:Application` */
export const application: ResourceType = {
    inputs: ["displayName", "owners", "preventDuplicateNames", "signInAudience"],
    required: ["displayName"],
    replaceOn: [],
    computed: ["clientId", "objectId"],
    secrets: [],
    check: (inputs) => ({ signInAudience: "AzureADMyOrg", ...inputs }),
    async create(inputs) {
        const { graph } = azure();
        const { displayName, preventDuplicateNames, signInAudience } = inputs;
        if (preventDuplicateNames === true) {
            const filter = `displayName eq '${String(displayName).replaceAll("'", "''")}'`;
            const { value } = (await graph.api("/applications").filter(filter).get()) as { value: Found[] };
            const [existing] = value;
            if (existing !== undefined) {
                throw new Error(
                    `existing application with name "${existing.displayName}" (AppID: "${existing.appId}") was found and ` +
                        "`prevent_duplicate_names` was specified",
                );
            }
        }
        const made = (await graph.api("/applications").post({
            displayName,
            signInAudience,
            ...ownedBy(inputs),
        })) as Found;
        return { id: `/applications/${made.id}`, outputs: shown(inputs, made) };
    },
    async read(id, inputs) {
        const found = (await unlessGone(azure().graph.api(id).get())) as Found | undefined;
        if (found === undefined) {
            return undefined;
        }
        const { value: owners } = (await azure().graph.api(`${id}/owners`).get()) as { value: { id: string }[] };
        const live = { ...inputs, displayName: found.displayName, owners: owners.map((owner) => owner.id) };
        return { id, inputs: live, outputs: shown(live, found) };
    },
    async update(id, inputs, outputs) {
        await azure().graph.api(id).patch({ displayName: inputs.displayName });
        return { ...outputs, ...inputs };
    },
    async delete(id) {
        await unlessGone(azure().graph.api(id).delete());
    },
};

function shown(inputs: Properties, { id, appId }: Found): Properties {
    return { ...inputs, clientId: appId, objectId: id };
}
