import type { ClientSecretCredential } from "@azure/identity";
import { AuthenticationHandler, Client, type Context, type Middleware } from "@microsoft/microsoft-graph-client";
import { TokenCredentialAuthenticationProvider } from "@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials";
import { EnvHttpProxyAgent, fetch, type RequestInfo, type RequestInit } from "undici";

/**
 * Creates Microsoft's own Graph client. It sends requests with undici: Node.js's own `fetch` would bypass the proxy.
 */
export function graphClient(credential: ClientSecretCredential): Client {
    const provider = new TokenCredentialAuthenticationProvider(credential, {
        scopes: ["https://graph.microsoft.com/.default"],
    });
    const authentication = new AuthenticationHandler(provider);
    authentication.setNext(new ProxyMiddleware());
    return Client.initWithMiddleware({ middleware: authentication });
}

class ProxyMiddleware implements Middleware {
    private readonly dispatcher = new EnvHttpProxyAgent();

    async execute(context: Context): Promise<void> {
        const init = { ...context.options, dispatcher: this.dispatcher } as RequestInit;
        context.response = await fetch(context.request as RequestInfo, init);
    }
}
