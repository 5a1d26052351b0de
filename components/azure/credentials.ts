import { outputText, type CredentialStore, type ServiceCredentials, type StoredResource } from "../serviceCredentials";
import { azureTokens, type AzureToken } from "./login";
import { azureCall } from "./rest";

const APP = "azuread:index/application:Application";
const PASSWORD = "azuread:index/applicationPassword:ApplicationPassword";

/** Client secrets of app registrations, in Microsoft Graph. */
export const azureCredentials: ServiceCredentials = {
    title: "client secret",
    identityName: (resource) =>
        resource.type === APP ? (outputText(resource, "displayName") ?? resource.id) : undefined,
    // The id is `<object id of the app>/password/<key id>`.
    credentialId: ({ type, id }) => (type === PASSWORD ? id.split("/").at(-1) : undefined),
    logIn: () => Promise.resolve(new AppPasswords(azureTokens())),
};

interface Application {
    readonly passwordCredentials: readonly { readonly keyId: string; readonly startDateTime?: string | null }[];
}

class AppPasswords implements CredentialStore {
    constructor(private readonly token: AzureToken) {}

    async list(app: StoredResource) {
        const url = `${appUrl(app)}?$select=passwordCredentials`;
        const { status, body } = await azureCall("GET", url, await this.token("graph"));
        if (status === 404) {
            throw new Error("this login's Microsoft Entra ID has no such app registration");
        }
        return (body as Application).passwordCredentials.map(({ keyId, startDateTime }) => ({
            id: keyId,
            made: startDateTime ?? undefined,
        }));
    }

    async remove(app: StoredResource, keyId: string): Promise<void> {
        try {
            await azureCall("POST", `${appUrl(app)}/removePassword`, await this.token("graph"), { json: { keyId } });
        } catch (error) {
            if (!(error instanceof Error && error.message.includes("No password credential found"))) {
                throw error;
            }
        }
    }
}

/** An app's id in the state is `/applications/<object id>`. No other app ever has that object id. */
const appUrl = ({ id }: StoredResource): string => `https://graph.microsoft.com/v1.0${id}`;
