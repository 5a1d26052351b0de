import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
    ApiException,
    AppsV1Api,
    AuthorizationV1Api,
    CoreV1Api,
    KubeConfig,
    PatchStrategy,
    RbacAuthorizationV1Api,
    setHeaderOptions,
    type V1PolicyRule,
} from "@kubernetes/client-node";

interface WorkloadRef {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
}

const merge = () => setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

/** Administrator's access to the sandbox's cluster. It also does what controllers would: no pods run there. */
export class Cluster {
    readonly apps: AppsV1Api;
    private readonly core: CoreV1Api;
    private readonly rbac: RbacAuthorizationV1Api;
    private readonly authorization: AuthorizationV1Api;

    constructor(private readonly kubeconfig: string) {
        const config = new KubeConfig();
        config.loadFromFile(kubeconfig);
        this.apps = config.makeApiClient(AppsV1Api);
        this.core = config.makeApiClient(CoreV1Api);
        this.rbac = config.makeApiClient(RbacAuthorizationV1Api);
        this.authorization = config.makeApiClient(AuthorizationV1Api);
    }

    /** Adds a container before the existing containers of a Deployment. */
    async addSidecar(namespace: string, name: string, sidecar: string): Promise<void> {
        const body = await this.apps.readNamespacedDeployment({ namespace, name });
        const env = [{ name: "SIDECAR_TOKEN", value: "theirs-in-confidence" }];
        body.spec!.template.spec!.containers.unshift({ name: sidecar, image: "proxy:1", env });
        await this.apps.replaceNamespacedDeployment({ namespace, name, body, fieldManager: "mesh" });
    }

    /** Creates a Deployment with the spec of an existing one. */
    async copyDeployment(namespace: string, from: string, name: string): Promise<void> {
        const { spec } = await this.apps.readNamespacedDeployment({ namespace, name: from });
        await this.apps.createNamespacedDeployment({ namespace, body: { metadata: { name }, spec: spec! } });
    }

    /** Sets a workload's rollout status for its current generation, as its controller would. */
    async setRollout({ kind, namespace, name }: WorkloadRef, status: object): Promise<void> {
        const patched = (generation = 0) => ({ status: { observedGeneration: generation, replicas: 1, ...status } });
        if (kind === "Deployment") {
            const { metadata } = await this.apps.readNamespacedDeployment({ namespace, name });
            const body = patched(metadata?.generation);
            await this.apps.patchNamespacedDeploymentStatus({ namespace, name, body }, merge());
        } else {
            const { metadata } = await this.apps.readNamespacedStatefulSet({ namespace, name });
            const body = patched(metadata?.generation);
            await this.apps.patchNamespacedStatefulSetStatus({ namespace, name, body }, merge());
        }
    }

    /** Creates a pod of a Deployment, with a status as its kubelet would set it. */
    async createPod(namespace: string, deployment: string, name: string, status: object): Promise<void> {
        const { spec } = await this.apps.readNamespacedDeployment({ namespace, name: deployment });
        const { labels = {} } = spec!.template.metadata!;
        // No pod is admitted without this service account, which a controller would have created.
        await this.core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: "default" } } });
        const containers = [{ name: "main", image: "apache/airflow:3.3.2" }];
        await this.core.createNamespacedPod({ namespace, body: { metadata: { name, labels }, spec: { containers } } });
        await this.core.patchNamespacedPodStatus({ namespace, name, body: { status } }, merge());
    }

    /**
     * Creates a service account that is bound to the Role of the same name, and writes its kubeconfig into `dir`.
     *
     * @returns the path of the kubeconfig
     */
    async createKubeconfig(namespace: string, name: string, dir: string): Promise<string> {
        const metadata = { name };
        const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name };
        const subjects = [{ kind: "ServiceAccount", name, namespace }];
        await this.core.createNamespacedServiceAccount({ namespace, body: { metadata } });
        await this.rbac.createNamespacedRoleBinding({ namespace, body: { metadata, roleRef, subjects } });
        const { status } = await this.core.createNamespacedServiceAccountToken({
            namespace,
            name,
            body: { spec: { audiences: [], expirationSeconds: 3600 } },
        });
        const config = JSON.parse(await readFile(this.kubeconfig, "utf8")) as { users: { user: object }[] };
        config.users[0]!.user = { token: status!.token };
        const path = join(dir, `kubeconfig-${name}`);
        await writeFile(path, JSON.stringify(config), { mode: 0o600 });
        return path;
    }

    /** Creates the Role, or replaces its rules. */
    async setRole(namespace: string, name: string, rules: V1PolicyRule[]): Promise<void> {
        const body = { metadata: { name }, rules };
        try {
            await this.rbac.replaceNamespacedRole({ namespace, name, body });
        } catch (error) {
            if (!(error instanceof ApiException && error.code === 404)) {
                throw error;
            }
            await this.rbac.createNamespacedRole({ namespace, body });
        }
    }

    /** Waits until a change of a Role is in force: the API server learns of it a moment later. */
    async waitUntilAllowed(
        ...[namespace, account, verb, resource, wanted]: [string, string, string, string, boolean]
    ): Promise<void> {
        while ((await this.isAllowed(namespace, account, verb, resource)) !== wanted);
    }

    /** Returns whether a service account may use the verb on the resource in its namespace. */
    async isAllowed(namespace: string, account: string, verb: string, resource: string): Promise<boolean> {
        const group = resource === "deployments" ? "apps" : "";
        const user = `system:serviceaccount:${namespace}:${account}`;
        const body = { spec: { user, resourceAttributes: { namespace, verb, group, resource } } };
        const { status } = await this.authorization.createSubjectAccessReview({ body });
        return status!.allowed;
    }
}
