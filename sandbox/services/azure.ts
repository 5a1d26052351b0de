import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ISSUER } from "./issuer";
import { startStandIn } from "./standIn";
import type { Supervisor } from "./supervisor";

/** The existing resource group and its location. */
export const AZURE_GROUP = { name: "sandbox-group", location: "westeurope" } as const;

/** Azure hostnames that the stand-in answers to. */
export const azureHosts = [
    "login.microsoftonline.com",
    "graph.microsoft.com",
    "management.azure.com",
    "*.vault.azure.net",
] as const;

interface Login {
    readonly tenantId: string;
    readonly subscriptionId: string;
    readonly clientId: string;
    readonly clientSecret: string;
}

/**
 * Starts the stand-in for Azure, which trusts the cluster's issuer at the port `issuer`. Returns an administrator's login as environment variables of Pulumi's Azure providers.
 */
export async function startAzure(
    supervisor: Supervisor,
    { dir, port, issuer }: { dir: string; port: number; issuer: number },
): Promise<Record<string, string>> {
    const group = `${AZURE_GROUP.name}=${AZURE_GROUP.location}`;
    // The issuer is asked when somebody logs in with one of its tokens. It may start later than the stand-in.
    const federation = ["--issuer", `${ISSUER}=http://127.0.0.1:${issuer}`];
    const args = ["--port", String(port), "--dir", dir, "--group", group, ...federation];
    await startStandIn(supervisor, { name: "azure", args, ports: [port] });
    const login = JSON.parse(await readFile(join(dir, "admin.json"), "utf8")) as Login;
    return {
        ARM_TENANT_ID: login.tenantId,
        ARM_SUBSCRIPTION_ID: login.subscriptionId,
        ARM_CLIENT_ID: login.clientId,
        ARM_CLIENT_SECRET: login.clientSecret,
    };
}
