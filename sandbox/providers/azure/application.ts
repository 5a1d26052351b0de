import type { Properties, ResourceType } from "../resourceType";
import { azure, unlessGone } from "./clients";

interface Found {
    readonly id: string;
    readonly appId: string;
    readonly displayName: string;
}

export const directoryObject = (id: string): string => `https://graph.microsoft.com/v1.0/directoryObjects/${id}`;

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
        const { displayName, owners, preventDuplicateNames, signInAudience } = inputs;
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
            "owners@odata.bind": ((owners ?? []) as string[]).map(directoryObject),
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
