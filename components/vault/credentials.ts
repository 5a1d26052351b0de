import { ifFound } from "../../lib/ifFound";
import {
    outputText,
    requiredOutput,
    type CredentialStore,
    type HeldCredential,
    type ServiceCredentials,
    type StoredResource,
} from "../serviceCredentials";
import { vaultClient, type VaultClient } from "./rest";

const ROLE = "vault:appRole/authBackendRole:AuthBackendRole";
const SECRET_ID = "vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId";

/** Secret ids of AppRoles, by their accessors. */
export const vaultCredentials: ServiceCredentials = {
    title: "secret id",
    identityName: (resource) =>
        resource.type === ROLE ? (outputText(resource, "roleName") ?? resource.id) : undefined,
    // The id is `backend=<mount>::role=<name>::accessor=<accessor>`.
    credentialId: ({ type, id }) => (type === SECRET_ID ? id.split("::accessor=").at(-1) : undefined),
    logIn: async () => new SecretIds(await vaultClient()),
};

class SecretIds implements CredentialStore {
    constructor(private readonly call: VaultClient) {}

    async list(role: StoredResource) {
        const namespace = namespaceOf(role);
        const found = await this.call({ method: "GET", path: `${pathOf(role)}/role-id`, namespace });
        if (found?.role_id !== requiredOutput(role, "roleId")) {
            throw new Error(
                found === undefined
                    ? "the Vault of this shell's login has no such AppRole"
                    : "the Vault of this shell's login has another AppRole of that name",
            );
        }
        // Vault answers 404 if there is no secret id.
        const listed = await this.call({ method: "LIST", path: `${pathOf(role)}/secret-id`, namespace });
        const accessors = (listed?.keys ?? []) as readonly string[];
        return (await Promise.all(accessors.map((accessor) => this.lookUp(role, accessor)))).flat();
    }

    async remove(role: StoredResource, accessor: string): Promise<void> {
        await this.byAccessor("destroy", role, accessor);
    }

    /** Returns an empty list if the secret id has ended: Vault also lists those for a while. */
    private async lookUp(role: StoredResource, accessor: string): Promise<HeldCredential[]> {
        const found = await this.byAccessor("lookup", role, accessor);
        const { creation_time: made } = found ?? {};
        return found === undefined ? [] : [{ id: accessor, made: typeof made === "string" ? made : undefined }];
    }

    private byAccessor(action: "lookup" | "destroy", role: StoredResource, accessor: string) {
        const call = this.call({
            method: "POST",
            path: `${pathOf(role)}/secret-id-accessor/${action}`,
            namespace: namespaceOf(role),
            body: { secret_id_accessor: accessor },
        });
        // The status of this answer differs between versions of Vault.
        return ifFound(
            call,
            (error) => error instanceof Error && error.message.includes("failed to find accessor entry"),
        );
    }
}

/** An AppRole's id in the state is its path, `auth/<mount>/role/<name>`. */
const pathOf = ({ id }: StoredResource): string => id;

const namespaceOf = (role: StoredResource): string | undefined => outputText(role, "namespace");
