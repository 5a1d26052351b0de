import type { ResourceType } from "../../../provider/resourceType";
import { ownedBy, type Found } from "./application";
import { azure, unlessGone } from "./clients";

/** `azuread:index/servicePrincipal:ServicePrincipal` */
export const servicePrincipal: ResourceType = {
    inputs: ["clientId", "owners"],
    required: ["clientId"],
    replaceOn: ["clientId"],
    computed: ["objectId", "displayName"],
    secrets: [],
    async create(inputs) {
        const body = { appId: inputs.clientId, ...ownedBy(inputs) };
        const made = (await azure().graph.api("/servicePrincipals").post(body)) as Found;
        const { id, displayName } = made;
        return { id: `/servicePrincipals/${id}`, outputs: { ...inputs, objectId: id, displayName } };
    },
    async read(id, inputs) {
        const found = (await unlessGone(azure().graph.api(id).get())) as Found | undefined;
        if (found === undefined) {
            return undefined;
        }
        const live = { ...inputs, clientId: found.appId };
        return { id, inputs: live, outputs: { ...live, objectId: found.id, displayName: found.displayName } };
    },
    update: (_id, inputs, outputs) => Promise.resolve({ ...outputs, ...inputs }),
    async delete(id) {
        await unlessGone(azure().graph.api(id).delete());
    },
};
