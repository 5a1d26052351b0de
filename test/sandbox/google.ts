import { readFile } from "node:fs/promises";
import type { SecretManagerServiceClient } from "@google-cloud/secret-manager";
import { ProxyAgent, fetch } from "undici";
import type { Sandbox } from "../../sandbox/sandbox";
import { secretManagerThroughEdge, selfSignedToken, type AccountKey } from "../../sandbox/verify/probes/googleClient";

export interface Policy {
    version?: number;
    etag: string;
    bindings: { role: string; members: string[]; condition?: { title: string; expression: string } }[];
}

/** The sandbox's Google project in an administrator's hands, by way of the edge. */
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
        const way = { proxyUrl: edge.proxyUrl, ca: await readFile(edge.caPath, "utf8") };
        const agent = new ProxyAgent({ uri: way.proxyUrl, requestTls: { ca: way.ca } });
        return new GoogleProject(key, agent, secretManagerThroughEdge({ project: GoogleProject.id, key }, way), way);
    }

    async close(): Promise<void> {
        await this.secretManager.close();
        await this.agent.close();
    }

    /** Secret Manager in another account's hands. */
    as(key: AccountKey): SecretManagerServiceClient {
        return secretManagerThroughEdge({ project: GoogleProject.id, key }, this.edge);
    }

    /** One call of a REST API; `path` is what follows `/v1/`. Gives status and body. */
    async call(method: string, host: string, path: string, body?: object): Promise<{ status: number; body: unknown }> {
        const token = await selfSignedToken(this.key, host);
        return this.raw(`https://${host}/v1/${path}`, { method, token, body: JSON.stringify(body ?? {}) });
    }

    /** The same with a token of the caller's own making. */
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

    /** Has the organisation forbid, or allow, keys of service accounts; the administrator gives itself the role first. */
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

    /** E-mail addresses of the accounts but the administrator's. */
    async accounts(): Promise<string[]> {
        const { accounts } = await this.iam<{ accounts: { email: string }[] }>("GET", "serviceAccounts");
        return accounts.map(({ email }) => email).filter((email) => !email.startsWith("sandbox-admin@"));
    }

    /** Ids of the account's keys. */
    async keys(email: string): Promise<string[]> {
        const { keys } = await this.iam<{ keys: { name: string }[] }>("GET", `serviceAccounts/${email}/keys`);
        return keys.map(({ name }) => name.split("/").at(-1) ?? "");
    }

    /** Ids of all secrets. */
    async secrets(): Promise<string[]> {
        const [secrets] = await this.secretManager.listSecrets({ parent: `projects/${GoogleProject.id}` });
        return secrets.map(({ name }) => name?.split("/").at(-1) ?? "").sort();
    }

    /** Members that were granted Secret Accessor, those of deleted accounts among them. */
    async accessors(): Promise<string[]> {
        const { bindings } = await this.policy();
        return bindings
            .filter(({ role }) => role === "roles/secretmanager.secretAccessor")
            .flatMap(({ members }) => members);
    }
}

/** The service account's key in a Deployment's environment. */
export function accountKeyIn(kwargs: Record<string, unknown>): AccountKey {
    return kwargs.gcp_keyfile_dict as AccountKey;
}
