import * as pulumi from "@pulumi/pulumi";
import { approleMounts } from "./components/approleMounts";
import { clusterReader } from "./components/cluster";
import { KubernetesTarget } from "./components/kubernetesTarget";
import { VaultBackend } from "./components/vaultBackend";
import { loadConfig } from "./config/load";

const kubernetes = new pulumi.Config("kubernetes");
const readWorkload = clusterReader({ kubeconfig: kubernetes.get("kubeconfig"), context: kubernetes.get("context") });
const checkSecretIdTtl = approleMounts();

/** What each Deployment got, by its name. Nothing in it is secret. */
export const deployments = Object.fromEntries(
    loadConfig().map(({ name, backend, target, testSecrets }) => {
        const secrets = new VaultBackend(name, { ...backend, testSecrets, checkSecretIdTtl });
        new KubernetesTarget(name, { ...target, env: secrets.env, readWorkload });
        return [
            name,
            {
                backend: backend.kind,
                requirement: secrets.requirement,
                env: secrets.env.map((variable) => ({ name: variable.name, secret: variable.secret })),
                credentialEnds: secrets.credentialEnds,
                testSecrets,
                target: { kind: target.kind, namespace: target.namespace, workloads: target.workloads },
            },
        ];
    }),
);
