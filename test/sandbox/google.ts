import { readFile } from "node:fs/promises";
import type { SecretManagerServiceClient } from "@google-cloud/secret-manager";
import { ProxyAgent, fetch } from "undici";
import type { Sandbox } from "../../sandbox/sandbox";
import { selfSignedToken, type AccountKey } from "../../components/gcp/client";
import { secretManagerThroughEdge } from "../../sandbox/verify/probes/googleClient";

export interface Policy {
    version?: number;
    etag: string;
    bindings: { role: string; members: string[]; condition?: { title: string; expression: string } }[];
}

const withKey = (key: AccountKey) => ({
    project: GoogleProject.id,
    bearer: (host: string) => selfSignedToken(key, host),
});

/** Administrator's access to the sandbox's Google Cloud project, through the edge. */
export class GoogleProject {
    static readonly id = "sandbox-project";

    private constructor(
        private readonly key: AccountKey,
        private readonly agent: ProxyAgent,
        readonly secretManager: SecretManagerServiceClient,
        private readonly edge: { readonly proxyUrl: string; readonly ca: string },
    ) {}

    static async open({ env, edge }: Sandbox): Promise<GoogleProject> {
        const key = JSON.parse(await readFile(env.GOOGLE_APPLICATION_CREDENTIALS ?? "", "utf8")) as AccountKey;
        const connection = { proxyUrl: edge.proxyUrl, ca: await readFile(edge.caPath, "utf8") };
        const agent = new ProxyAgent({ uri: connection.proxyUrl, requestTls: { ca: connection.ca } });
        const secretManager = secretManagerThroughEdge(withKey(key), connection);
        return new GoogleProject(key, agent, secretManager, connection);
    }

    async close(): Promise<void> {
        await this.secretManager.close();
        await this.agent.close();
    }

    /** Returns a Secret Manager client that uses another account's key. */
    as(key: AccountKey): SecretManagerServiceClient {
        return secretManagerThroughEdge(withKey(key), this.edge);
    }

    /** Calls a REST API as administrator; `path` follows `/v1/`. Returns status and body. */
    async call(method: string, host: string, path: string, body?: object): Promise<{ status: number; body: unknown }> {
        const token = await selfSignedToken(this.key, host);
        return this.raw(`https://${host}/v1/${path}`, { method, token, body: JSON.stringify(body ?? {}) });
    }

    /** Sends a request through the edge with the given token, or without one. */
    async raw(
        url: string,
        { method, token, body }: { method: string; token?: string; body?: string | URLSearchParams },
    ): Promise<{ status: number; body: unknown }> {
        const hasBody = method !== "GET" && method !== "DELETE";
        const response = await fetch(url, {
            method,
            dispatcher: this.agent,
            headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
            ...(hasBody && body !== undefined ? { body } : {}),
        });
        return { status: response.status, body: await response.json() };
    }

    private async succeed<T>(method: string, host: string, path: string, body?: object): Promise<T> {
        const answer = await this.call(method, host, path, body);
        if (answer.status !== 200) {
            throw new Error(`${method} ${host}/${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
        }
        return answer.body as T;
    }

    /**
     * Calls the IAM API; `path` follows the project.
     *
     * @throws if the status is not 200
     */
    iam<T>(method: string, path: string, body?: object): Promise<T> {
        return this.succeed(method, "iam.googleapis.com", `projects/${GoogleProject.id}/${path}`, body);
    }

    policy(): Promise<Policy> {
        const body = { options: { requestedPolicyVersion: 3 } };
        return this.succeed(
            "POST",
            "cloudresourcemanager.googleapis.com",
            `projects/${GoogleProject.id}:getIamPolicy`,
            body,
        );
    }

    setPolicy(policy: Policy): Promise<Policy> {
        const path = `projects/${GoogleProject.id}:setIamPolicy`;
        return this.succeed("POST", "cloudresourcemanager.googleapis.com", path, { policy: { ...policy, version: 3 } });
    }

    /**
     * Sets whether an organisation policy forbids service account keys. The administrator grants itself the role for
     * it, and revokes the grant afterwards.
     */
    async forbidKeys(enforced: boolean): Promise<void> {
        const policy = await this.policy();
        const members = [`serviceAccount:${this.key.client_email}`];
        await this.setPolicy({
            ...policy,
            bindings: [...policy.bindings, { role: "roles/orgpolicy.policyAdmin", members }],
        });
        const path = `projects/${GoogleProject.id}:setOrgPolicy`;
        const constraint = "constraints/iam.disableServiceAccountKeyCreation";
        await this.succeed("POST", "cloudresourcemanager.googleapis.com", path, {
            policy: { constraint, booleanPolicy: { enforced } },
        });
        await this.setPolicy({ ...(await this.policy()), bindings: policy.bindings });
    }

    /** Returns the e-mail addresses of all service accounts except the administrator's. */
    async accounts(): Promise<string[]> {
        const { accounts } = await this.iam<{ accounts: { email: string }[] }>("GET", "serviceAccounts");
        return accounts.map(({ email }) => email).filter((email) => !email.startsWith("sandbox-admin@"));
    }

    /** Returns the ids of the account's keys. */
    async keys(email: string): Promise<string[]> {
        const { keys } = await this.iam<{ keys: { name: string }[] }>("GET", `serviceAccounts/${email}/keys`);
        return keys.map(({ name }) => name.split("/").at(-1) ?? "");
    }

    /** Returns the ids of all secrets. */
    async secrets(): Promise<string[]> {
        const [secrets] = await this.secretManager.listSecrets({ parent: `projects/${GoogleProject.id}` });
        return secrets.map(({ name }) => name?.split("/").at(-1) ?? "").sort();
    }

    /** Returns the members with role Secret Manager Secret Accessor, including deleted accounts. */
    async accessors(): Promise<string[]> {
        const { bindings } = await this.policy();
        return bindings
            .filter(({ role }) => role === "roles/secretmanager.secretAccessor")
            .flatMap(({ members }) => members);
    }
}

/** Returns the service account key in a Deployment's kwargs. */
export function accountKeyIn(kwargs: Record<string, unknown>): AccountKey {
    return kwargs.gcp_keyfile_dict as AccountKey;
}
