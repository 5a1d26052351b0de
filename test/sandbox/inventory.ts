import { KubeConfig, type KubernetesObject } from "@kubernetes/client-node";
import { KubernetesReleases } from "../../sandbox/standins/houston/kubernetesReleases";
import { airflowsOf, STACK } from "../../sandbox/stackFile";
import { AwsAccount } from "./aws";
import { AzureSubscription } from "./azure";
import { GoogleProject } from "./google";
import type { Harness } from "./harness";

/** A vault that the company has, and that goes by roles. */
export const COMPANY_VAULT = "company-roles";

/** What every service holds, asked of the services themselves: two of them can be compared. */
export type Inventory = Readonly<Record<string, unknown>>;

/** Administrators' eyes on all services of a sandbox. */
export class Inspector {
    private constructor(
        private readonly harness: Harness,
        readonly aws: AwsAccount,
        readonly google: GoogleProject,
        readonly azure: AzureSubscription,
        private readonly houston: KubernetesReleases,
    ) {}

    static async open(harness: Harness): Promise<Inspector> {
        const config = new KubeConfig();
        config.loadFromFile(harness.sandbox.kubeconfig);
        return new Inspector(
            harness,
            new AwsAccount(harness.sandbox.env),
            await GoogleProject.open(harness.sandbox),
            await AzureSubscription.open(harness.sandbox),
            new KubernetesReleases(config),
        );
    }

    async close(): Promise<void> {
        await this.google.close();
        await this.azure.close();
    }

    async look(): Promise<Inventory> {
        return {
            ...(await this.lookAtVault()),
            ...(await this.lookAtAws()),
            ...(await this.lookAtGoogle()),
            ...(await this.lookAtAzure()),
            ...(await this.lookAtDeployments()),
        };
    }

    private async lookAtVault(): Promise<Inventory> {
        return {
            "Vault policies": await this.harness.vaultList("sys/policies/acl"),
            "Vault AppRoles": await this.harness.vaultList("auth/approle/role"),
            "Vault secrets, KV v2": await this.below("secret/metadata/"),
            "Vault secrets, KV v1": await this.below("kv/"),
        };
    }

    private async below(path: string): Promise<string[]> {
        const names = await this.harness.vaultList(path);
        const found = names.map((name) =>
            name.endsWith("/") ? this.below(`${path}${name}`) : Promise.resolve([`${path}${name}`]),
        );
        return (await Promise.all(found)).flat();
    }

    private async lookAtAws(): Promise<Inventory> {
        const users = await this.aws.users();
        return {
            "AWS users": users,
            "AWS access keys": await Promise.all(users.map((user) => this.aws.keys(user))),
            "AWS secrets, those scheduled for deletion too": await this.aws.secrets(),
            "AWS parameters": await this.aws.parameters(),
        };
    }

    private async lookAtGoogle(): Promise<Inventory> {
        const accounts = await this.google.accounts();
        return {
            "Google accounts": accounts,
            "Google keys": await Promise.all(accounts.map((account) => this.google.keys(account))),
            "Google bindings": await this.google.accessors(),
            "Google secrets": await this.google.secrets(),
        };
    }

    private async lookAtAzure(): Promise<Inventory> {
        const applications = await this.azure.applications();
        const secrets = async (path: string): Promise<string[]> => {
            const { body } = await this.azure.vault("GET", COMPANY_VAULT, path);
            return (body as { value: { id: string }[] }).value.map(({ id }) => id);
        };
        return {
            "Azure apps": applications.map(({ displayName }) => displayName),
            "Azure client secrets": applications.map(({ passwordCredentials }) => passwordCredentials.length),
            "Azure principals": [...(await this.azure.principals()).values()],
            "Azure vaults": await this.azure.vaults(),
            "Azure vaults, deleted": await this.azure.deletedVaults(),
            "Azure role assignments": await this.azure.readers(),
            "Azure secrets in a vault that stays": await secrets("secrets"),
            "Azure secrets there, deleted": await secrets("deletedsecrets"),
        };
    }

    private async lookAtDeployments(): Promise<Inventory> {
        const { all } = await airflowsOf([STACK]);
        const { items } = await this.harness.kubernetes.list<KubernetesObject>("v1", "Secret");
        const live = all.flatMap(({ namespace, workloads }) =>
            workloads.map(({ kind, name }) => this.harness.workload(kind, namespace, name)),
        );
        return {
            "Kubernetes Secrets": items.map(({ metadata }) => `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`),
            "Kubernetes env": (await Promise.all(live)).map(({ spec }) => spec.template.spec),
            "Houston variables": await Promise.all(all.map(({ release }) => this.houston.read(release))),
        };
    }
}

/** The names of what differs. */
export function differences(one: Inventory, other: Inventory): string[] {
    return Object.keys(one).filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]));
}
