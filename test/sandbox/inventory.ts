import { KubeConfig, type KubernetesObject } from "@kubernetes/client-node";
import { KubernetesReleases } from "../../sandbox/standins/houston/kubernetesReleases";
import { airflowsOf, STACK } from "../../sandbox/stackFile";
import { AwsAccount } from "./aws";
import { AzureSubscription } from "./azure";
import { GoogleProject } from "./google";
import type { Harness } from "./harness";

/** An existing Key Vault that uses RBAC. */
export const EXISTING_VAULT = "company-roles";

/** What each service contains, read from the services themselves. Two inventories can be compared. */
export type Inventory = Readonly<Record<string, unknown>>;

/** Reads all services of a sandbox as administrator. */
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

    async inventory(): Promise<Inventory> {
        return {
            ...(await this.vaultInventory()),
            ...(await this.awsInventory()),
            ...(await this.googleInventory()),
            ...(await this.azureInventory()),
            ...(await this.deploymentInventory()),
        };
    }

    private async vaultInventory(): Promise<Inventory> {
        return {
            "Vault policies": await this.harness.vaultList("sys/policies/acl"),
            "Vault AppRoles": await this.harness.vaultList("auth/approle/role"),
            "Vault secrets, KV v2": await this.secretsBelow("secret/metadata/"),
            "Vault secrets, KV v1": await this.secretsBelow("kv/"),
        };
    }

    /** Returns the accessors of the secret ids of all AppRoles. */
    async secretIdAccessors(): Promise<string[]> {
        const roles = await this.harness.vaultList("auth/approle/role");
        return (
            await Promise.all(roles.map((role) => this.harness.vaultList(`auth/approle/role/${role}/secret-id`)))
        ).flat();
    }

    /** Returns the paths of all secrets below a path, which ends in a slash. */
    private async secretsBelow(path: string): Promise<string[]> {
        const names = await this.harness.vaultList(path);
        const found = names.map((name) =>
            name.endsWith("/") ? this.secretsBelow(`${path}${name}`) : Promise.resolve([`${path}${name}`]),
        );
        return (await Promise.all(found)).flat();
    }

    private async awsInventory(): Promise<Inventory> {
        const users = await this.aws.users();
        return {
            "AWS users": users,
            "AWS access keys": await Promise.all(users.map((user) => this.aws.keys(user))),
            "AWS secrets, including those scheduled for deletion": await this.aws.secrets(),
            "AWS parameters": await this.aws.parameters(),
        };
    }

    private async googleInventory(): Promise<Inventory> {
        const accounts = await this.google.accounts();
        return {
            "Google accounts": accounts,
            "Google keys": await Promise.all(accounts.map((account) => this.google.keys(account))),
            "Google bindings": await this.google.accessors(),
            "Google secrets": await this.google.secrets(),
        };
    }

    private async azureInventory(): Promise<Inventory> {
        const applications = await this.azure.applications();
        const secrets = async (path: string): Promise<string[]> => {
            const { body } = await this.azure.vault("GET", EXISTING_VAULT, path);
            return (body as { value: { id: string }[] }).value.map(({ id }) => id);
        };
        return {
            "Azure apps": applications.map(({ displayName }) => displayName),
            "Azure client secrets": applications.map(({ passwordCredentials }) => passwordCredentials.length),
            "Azure principals": [...(await this.azure.principals()).values()],
            "Azure vaults": await this.azure.vaults(),
            "Azure vaults, deleted": await this.azure.deletedVaults(),
            "Azure role assignments": await this.azure.secretsUserAssignments(),
            "Azure secrets in the existing vault": await secrets("secrets"),
            "Azure secrets in the existing vault, deleted": await secrets("deletedsecrets"),
        };
    }

    private async deploymentInventory(): Promise<Inventory> {
        const all = (await airflowsOf([STACK])).all.filter(({ release }) => this.harness.isInstalled(release));
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

/** Returns the names of the entries that differ. */
export function differences(one: Inventory, other: Inventory): string[] {
    return Object.keys(one).filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]));
}
