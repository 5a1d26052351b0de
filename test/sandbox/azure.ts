import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { ProxyAgent, fetch } from "undici";
import { azureAppLogin, azureReaderKwargs } from "../../components/azure/client";
import type { Sandbox } from "../../sandbox/sandbox";
import { AZURE_GROUP } from "../../sandbox/services/azure";

const LOGIN = "https://login.microsoftonline.com";
const GRAPH = "https://graph.microsoft.com";
const MANAGEMENT = "https://management.azure.com";
const VAULT = "https://vault.azure.net";
export const SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6";
export const SECRETS_OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";

/** The credentials of a service principal. */
export interface Login {
    readonly tenantId: string;
    readonly clientId: string;
    readonly clientSecret: string;
}

export interface Answer {
    readonly status: number;
    readonly body: unknown;
}

export interface App {
    readonly id: string;
    readonly appId: string;
    readonly displayName: string;
    readonly passwordCredentials: { readonly keyId: string; readonly displayName: string }[];
}

interface Policy {
    readonly objectId: string;
    readonly permissions: Record<string, string[]>;
}

/** Administrator's access to the sandbox's Azure subscription, through the edge. */
export class AzureSubscription {
    private constructor(
        private readonly admin: Login,
        readonly subscriptionId: string,
        private readonly agent: ProxyAgent,
    ) {}

    static async open({ env, edge }: Sandbox): Promise<AzureSubscription> {
        const { ARM_TENANT_ID = "", ARM_SUBSCRIPTION_ID = "", ARM_CLIENT_ID = "", ARM_CLIENT_SECRET = "" } = env;
        const admin = { tenantId: ARM_TENANT_ID, clientId: ARM_CLIENT_ID, clientSecret: ARM_CLIENT_SECRET };
        const ca = await readFile(edge.caPath, "utf8");
        const agent = new ProxyAgent({ uri: edge.proxyUrl, requestTls: { ca } });
        return new AzureSubscription(admin, ARM_SUBSCRIPTION_ID, agent);
    }

    close(): Promise<void> {
        return this.agent.close();
    }

    /** Sends a request through the edge: `URLSearchParams` as a form, any other body as JSON. */
    async raw(method: string, url: string, init: { token?: string; body?: object | URLSearchParams } = {}) {
        const { token, body } = init;
        const response = await fetch(url, {
            method,
            dispatcher: this.agent,
            headers: {
                ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
                ...(body === undefined || body instanceof URLSearchParams
                    ? {}
                    : { "Content-Type": "application/json" }),
            },
            ...(body === undefined ? {} : { body: body instanceof URLSearchParams ? body : JSON.stringify(body) }),
        });
        const text = await response.text();
        const answer: Answer = { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
        return { ...answer, headers: response.headers };
    }

    /** Requests an access token; returns the token, or the error description if it is denied. */
    async logIn(
        { tenantId, clientId, clientSecret }: Login,
        audience: string,
    ): Promise<{ token?: string; error?: string }> {
        const body = new URLSearchParams({
            grant_type: "client_credentials",
            client_id: clientId,
            client_secret: clientSecret,
            scope: `${audience}/.default`,
        });
        const answer = await this.raw("POST", `${LOGIN}/${tenantId}/oauth2/v2.0/token`, { body });
        const { access_token: token, error_description: error } = answer.body as {
            access_token?: string;
            error_description?: string;
        };
        return token === undefined ? { error: error ?? "" } : { token };
    }

    /**
     * Returns an access token.
     *
     * @throws with the error description if it is denied
     */
    async token(audience: string, login: Login = this.admin): Promise<string> {
        const { token, error } = await this.logIn(login, audience);
        if (token === undefined) throw new Error(error);
        return token;
    }

    /** Calls Azure Resource Manager; `path` is the part of the URL's path after the subscription. */
    async resourceManager(method: string, path: string, body?: object): Promise<Answer> {
        const url = `${MANAGEMENT}/subscriptions/${this.subscriptionId}${path}?api-version=2023-07-01`;
        return this.raw(method, url, { token: await this.token(MANAGEMENT), ...(body === undefined ? {} : { body }) });
    }

    /** Calls Azure Resource Manager on a vault in the existing resource group; `path` follows the vault's name. */
    inVault(method: string, vault: string, path = "", body?: object): Promise<Answer> {
        const group = `/resourceGroups/${AZURE_GROUP.name}`;
        return this.resourceManager(method, `${group}/providers/Microsoft.KeyVault/vaults/${vault}${path}`, body);
    }

    /** Calls Microsoft Graph; `path` follows `/v1.0/`. */
    async graph(method: string, path: string, body?: object): Promise<Answer> {
        const token = await this.token(GRAPH);
        return this.raw(method, `${GRAPH}/v1.0/${path}`, { token, ...(body === undefined ? {} : { body }) });
    }

    /** Calls the data plane of a vault. */
    async vault(
        method: string,
        vault: string,
        path: string,
        { login = this.admin, body }: { login?: Login; body?: object } = {},
    ) {
        const token = await this.token(VAULT, login);
        const url = `https://${vault}.vault.azure.net/${path}?api-version=7.4`;
        return this.raw(method, url, { token, ...(body === undefined ? {} : { body }) });
    }

    /** Creates a vault in the existing resource group, as another team would. */
    async createVault(name: string, properties: object = {}): Promise<void> {
        const { tenantId } = this.admin;
        const common = { tenantId, sku: { family: "A", name: "standard" }, accessPolicies: [] };
        const body = { location: AZURE_GROUP.location, properties: { ...common, ...properties } };
        await this.inVault("PUT", name, "", body);
        // The stand-in provisions a new vault until it is read for the first time.
        await this.inVault("GET", name);
    }

    /** Sets the permissions of one object id in a vault's access policies. */
    async setAccessPolicy(vault: string, objectId: string, permissions: Record<string, string[]>): Promise<void> {
        const accessPolicies = [{ tenantId: this.admin.tenantId, objectId, permissions }];
        await this.inVault("PUT", vault, "/accessPolicies/replace", { properties: { accessPolicies } });
    }

    async removeAccessPolicy(vault: string, objectId: string): Promise<void> {
        const accessPolicies = [{ tenantId: this.admin.tenantId, objectId, permissions: {} }];
        await this.inVault("PUT", vault, "/accessPolicies/remove", { properties: { accessPolicies } });
    }

    async policies(vault: string): Promise<Policy[]> {
        const { body } = await this.inVault("GET", vault);
        return (body as { properties: { accessPolicies: Policy[] } }).properties.accessPolicies;
    }

    /** Returns the names of the vaults in the existing resource group. */
    async vaults(): Promise<string[]> {
        const { body } = await this.resourceManager(
            "GET",
            `/resourceGroups/${AZURE_GROUP.name}/providers/Microsoft.KeyVault/vaults`,
        );
        return (body as { value: { name: string }[] }).value.map(({ name }) => name);
    }

    /** Returns the names of the soft-deleted vaults. */
    async deletedVaults(): Promise<string[]> {
        const { body } = await this.resourceManager("GET", "/providers/Microsoft.KeyVault/deletedVaults");
        return (body as { value: { name: string }[] }).value.map(({ name }) => name);
    }

    /** Purges the soft-deleted vaults, and waits until they are gone. */
    async purgeVaults(): Promise<void> {
        const locations = "/providers/Microsoft.KeyVault/locations";
        for (const name of await this.deletedVaults()) {
            await this.resourceManager("POST", `${locations}/${AZURE_GROUP.location}/deletedVaults/${name}/purge`);
        }
        while ((await this.deletedVaults()).length > 0) {
            await setTimeout(50);
        }
    }

    /** Returns the ids of the role assignments of Key Vault Secrets User. */
    async secretsUserAssignments(): Promise<string[]> {
        const { body } = await this.resourceManager("GET", "/providers/Microsoft.Authorization/roleAssignments");
        const { value } = body as { value: { id: string; properties: { roleDefinitionId: string } }[] };
        return value.filter(({ properties }) => properties.roleDefinitionId.endsWith(SECRETS_USER)).map(({ id }) => id);
    }

    /** Returns all app registrations except the administrator's. */
    async applications(): Promise<App[]> {
        const { body } = await this.graph("GET", "applications");
        return (body as { value: App[] }).value.filter(({ displayName }) => displayName !== "sandbox-admin");
    }

    /**
     * Returns the app registration of a Deployment of stack `dev`.
     *
     * @throws if there is none
     */
    async application(deployment: string): Promise<App> {
        const found = (await this.applications()).find(({ displayName }) =>
            displayName.startsWith(`airflow.dev.${deployment}.`),
        );
        if (found === undefined) throw new Error(`there is no app registration of ${deployment}`);
        return found;
    }

    /** Returns the object ids of all service principals, including the administrator's, by client id. */
    async principals(): Promise<Map<string, string>> {
        const { body } = await this.graph("GET", "servicePrincipals");
        return new Map((body as { value: { id: string; appId: string }[] }).value.map(({ id, appId }) => [appId, id]));
    }

    /** Returns the object id of a Deployment's service principal. */
    async principal(deployment: string): Promise<string> {
        const { appId } = await this.application(deployment);
        return (await this.principals()).get(appId) ?? "";
    }

    /** Returns the object id of the administrator's service principal. */
    async administratorId(): Promise<string> {
        return (await this.principals()).get(this.admin.clientId) ?? "";
    }

    /** Removes all client secrets of a Deployment's app registration. */
    async removePasswords(deployment: string): Promise<void> {
        const { id, passwordCredentials } = await this.application(deployment);
        for (const { keyId } of passwordCredentials) {
            await this.graph("POST", `applications/${id}/removePassword`, { keyId });
        }
    }
}

/** Returns the login in a Deployment's env vars, and the name of its vault. Before the first `up`, all are empty. */
export function azureLoginIn(env: Readonly<Record<string, string>>): Login & { readonly vault: string } {
    const kwargs = JSON.parse(env.AIRFLOW__SECRETS__BACKEND_KWARGS ?? '{"vault_url":"https://none"}') as unknown;
    const read = azureReaderKwargs.parse(kwargs);
    const [vault = ""] = new URL(read.vault_url).hostname.split(".");
    const { tenantId, clientId, proof } = azureAppLogin(read, env, undefined);
    return { tenantId, clientId, clientSecret: proof.client_secret ?? "", vault };
}
