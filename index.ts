import * as pulumi from "@pulumi/pulumi";
import { createBackend } from "./components/backends";
import { clusterReader } from "./components/cluster";
import { preflight } from "./components/preflight";
import { createTarget, describeTarget } from "./components/targets";
import { loadConfig } from "./config/load";

/** The stack. Its output `deployments` says what each Deployment got, by its name; nothing in it is secret. */
export = async () => {
    const { deployments: planned, ...subscriptions } = loadConfig();
    const kubernetes = new pulumi.Config("kubernetes");
    const readWorkload = clusterReader({
        kubeconfig: kubernetes.get("kubeconfig"),
        context: kubernetes.get("context"),
    });
    const found = await preflight(planned, { readWorkload, ...subscriptions });

    const deployments = planned.map(({ name, backend, target, testSecrets }) => {
        const secrets = createBackend(name, backend, testSecrets, found);
        createTarget(name, target, secrets.env, found.deploymentUuids);
        const output = {
            backend: backend.kind,
            requirement: secrets.requirement,
            env: secrets.env.map((variable) => ({ name: variable.name, secret: variable.secret })),
            credentialEnds: secrets.credentialEnds,
            mayListNames: secrets.mayListNames,
            testSecrets,
            target: describeTarget(name, target),
        };
        return [name, output] as const;
    });
    return { deployments: Object.fromEntries(deployments) };
};
