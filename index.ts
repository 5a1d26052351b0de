import * as pulumi from "@pulumi/pulumi";
import { clusterReader } from "./components/cluster";
import { KubernetesTarget } from "./components/kubernetesTarget";
import { preflight } from "./components/preflight";
import { VaultBackend } from "./components/vaultBackend";
import { loadConfig } from "./config/load";

/** The stack. Its output `deployments` says what each Deployment got, by its name; nothing in it is secret. */
export = async () => {
    const planned = loadConfig();
    const kubernetes = new pulumi.Config("kubernetes");
    await preflight(
        planned,
        clusterReader({ kubeconfig: kubernetes.get("kubeconfig"), context: kubernetes.get("context") }),
    );

    const deployments = planned.map(({ name, backend, target, testSecrets }) => {
        const secrets = new VaultBackend(name, { ...backend, testSecrets });
        new KubernetesTarget(name, { ...target, env: secrets.env });
        const output = {
            backend: backend.kind,
            requirement: secrets.requirement,
            env: secrets.env.map((variable) => ({ name: variable.name, secret: variable.secret })),
            credentialEnds: secrets.credentialEnds,
            testSecrets,
            target: { kind: target.kind, namespace: target.namespace, workloads: target.workloads },
        };
        return [name, output] as const;
    });
    return { deployments: Object.fromEntries(deployments) };
};
