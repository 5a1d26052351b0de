import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { doing, serviceAccounts, unlessGone } from "./clients";

/** `gcp:serviceaccount/account:Account` */
export const account: BridgedType = {
    properties: {
        accountId: { input: "required", replaces: true },
        createIgnoreAlreadyExists: { input: "optional" },
        deletionPolicy: { input: "optional", unset: "DELETE" },
        description: { input: "optional" },
        disabled: { input: "optional", unset: false },
        displayName: { input: "optional" },
        email: { computed: true },
        member: { computed: true },
        name: { computed: true },
        project: { input: "optional", computed: true, replaces: true },
        uniqueId: { computed: true },
    },
    notes: { minutes: { create: 5 } },
    foreseen({ accountId, project }) {
        return typeof accountId === "string" && typeof project === "string"
            ? names(`${accountId}@${project}.iam.gserviceaccount.com`)
            : {};
    },
    async create(inputs) {
        const { accountId = "", project = "", ...texts } = inputs as Partial<Record<string, string>>;
        const { displayName = null, description = null } = texts;
        const request = {
            name: `projects/${project}`,
            requestBody: { accountId, serviceAccount: { displayName, description } },
        };
        const { data } = await doing("Error creating service account", serviceAccounts.create(request));
        return { id: String(data.name), outputs: { ...inputs, ...live(data) } };
    },
    async read(id, held) {
        const found = await doing(`Error reading Service Account ${JSON.stringify(id)}`, look(id));
        return found === undefined ? undefined : { ...held, ...live(found.data), accountId: accountOf(found.data) };
    },
    async update(id, inputs, held) {
        const { displayName = "", description = "" } = inputs as Partial<Record<string, string>>;
        const requestBody = { serviceAccount: { displayName, description }, updateMask: "displayName,description" };
        await doing(
            `Error updating service account ${JSON.stringify(id)}`,
            serviceAccounts.patch({ name: id, requestBody }),
        );
        return { ...held, ...inputs };
    },
    async delete(id) {
        await doing(
            `Error deleting service account ${JSON.stringify(id)}`,
            unlessGone(serviceAccounts.delete({ name: id })),
        );
    },
};

interface Live {
    readonly email?: string | null;
    readonly name?: string | null;
    readonly uniqueId?: string | null;
    readonly projectId?: string | null;
    readonly displayName?: string | null;
    readonly description?: string | null;
    readonly disabled?: boolean | null;
}

const look = (name: string) => unlessGone(serviceAccounts.get({ name }));

const accountOf = ({ email }: Live): string => (email ?? "").split("@")[0] ?? "";

const names = (email: string): Properties => ({ email, member: `serviceAccount:${email}` });

function live({ email, name, uniqueId, projectId, displayName, description, disabled }: Live): Properties {
    const texts = { displayName: displayName ?? "", description: description ?? "" };
    return { ...names(email ?? ""), name, uniqueId, project: projectId, ...texts, disabled: disabled ?? false };
}
