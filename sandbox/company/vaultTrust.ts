import { readFile } from "node:fs/promises";
import {
    CoreV1Api,
    KubeConfig,
    KubernetesObjectApi,
    PatchStrategy,
    type KubernetesObject,
    type V1ClusterRoleBinding,
} from "@kubernetes/client-node";
import type { Edge } from "../services/edge";
import { ISSUER } from "../services/issuer";
import { vaultRequest, type VaultServer } from "../services/vault";

/** The service account with which Vault asks the cluster about tokens, and its namespace. */
const NAME = "vault";

/** Until it is replaced at the next start. */
const REVIEWER_SECONDS = 7 * 24 * 3600;

/**
 * Lets Vault accept the tokens of the cluster's pods, as a company does that runs both: by asking the cluster (auth method
 * `kubernetes`), and with the keys that the cluster's issuer publishes (auth method `jwt`).
 */
export async function trustCluster(vault: VaultServer, kubeconfig: string, { caPath }: Edge): Promise<void> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const cluster = config.getCurrentCluster();
    await Promise.all([
        reviewerToken(config).then((token) =>
            vaultRequest(vault, "POST", "auth/kubernetes/config", {
                kubernetes_host: cluster?.server,
                kubernetes_ca_cert: Buffer.from(cluster?.caData ?? "", "base64").toString(),
                token_reviewer_jwt: token,
                disable_local_ca_jwt: true,
            }),
        ),
        readFile(caPath, "utf8").then((ca) =>
            vaultRequest(vault, "POST", "auth/jwt/config", {
                oidc_discovery_url: ISSUER,
                oidc_discovery_ca_pem: ca,
                bound_issuer: ISSUER,
            }),
        ),
    ]);
}

/** Returns a token that may ask the cluster about other tokens, and nothing else. */
async function reviewerToken(config: KubeConfig): Promise<string> {
    const api = KubernetesObjectApi.makeApiClient(config);
    const binding: V1ClusterRoleBinding = {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name: "vault-token-reviews" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:auth-delegator" },
        subjects: [{ kind: "ServiceAccount", name: NAME, namespace: NAME }],
    };
    const objects: KubernetesObject[] = [
        { apiVersion: "v1", kind: "Namespace", metadata: { name: NAME } },
        { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: NAME, namespace: NAME } },
        binding,
    ];
    for (const object of objects) {
        await api.patch(object, undefined, undefined, "helm", true, PatchStrategy.ServerSideApply);
    }
    const { status } = await config.makeApiClient(CoreV1Api).createNamespacedServiceAccountToken({
        name: NAME,
        namespace: NAME,
        body: { spec: { audiences: [], expirationSeconds: REVIEWER_SECONDS } },
    });
    return status?.token ?? "";
}
