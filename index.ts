import * as pulumi from "@pulumi/pulumi";
import { clusterConfig } from "./components/kubernetes/preflight";
import { DeploymentProvider } from "./components/deploymentProvider";
import { preflight } from "./stack/preflight";
import { TestStack } from "./stack/testStack";
import { loadConfig } from "./stack/load";
import { plannedDeployments } from "./stack/planned";
import { proofHooks } from "./stack/proof";
import { readState } from "./stack/state";
import { recordMade, recordMoved } from "./stack/writeRecords";
import { declareRetired } from "./stack/retired";

/**
 * The Pulumi program. Stack outputs:
 * - `deployments`: what was created for each Deployment, by Deployment name. Contains no secrets.
 * - `env`: the env vars and their values, by Deployment name. Credentials are Pulumi secrets.
 * - `expires`: when the stack may be torn down; only for a test stack. Not secret.
 */
export = () => stack().catch(rethrowWithoutTrace);

/**
 * Removes the stack trace of a `RunError` and rethrows it. Pulumi colours an error's stack trace even if it does not
 * print it, which takes more than ten seconds with Node.js 20: https://github.com/pulumi/pulumi/issues/21326.
 */
function rethrowWithoutTrace(error: unknown): never {
    if (pulumi.RunError.isInstance(error)) {
        error.stack = "";
    }
    throw error;
}

async function stack(): Promise<object> {
    const { deployments, expires, ...expectedAccounts } = loadConfig();
    const state = await readState();
    if (expires === undefined) {
        await TestStack.unregister(state);
    }
    const planned = plannedDeployments(deployments, state);
    const provider = new DeploymentProvider(clusterConfig());
    const services = await preflight(planned, expectedAccounts, provider);
    if (expires !== undefined) {
        await TestStack.register({ expires, ...services.keptOnDestroy });
    }

    await recordMade(planned);
    const created = planned.map((deployment) => {
        const { name, backend, testSecrets } = deployment;
        const secrets = services.createBackend(deployment);
        const target = services.createTarget(deployment, secrets.env, proofHooks(deployment, secrets.env, provider));
        recordMoved(deployment, target);
        // Nothing of a test stack may remain.
        declareRetired(deployment, { backend: secrets, target }, expires === undefined);
        const output = {
            backend: backend.kind,
            requirement: secrets.requirement,
            env: secrets.env.map((variable) => ({ name: variable.name, secret: variable.secret })),
            credentialEnds: secrets.credentialEnds,
            mayListNames: secrets.mayListNames,
            nextRotation: deployment.plan.nextRotation?.toISOString() ?? "never",
            testSecrets,
            pods: deployment.pods,
            target: services.describeTarget(deployment),
        };
        const values = secrets.env.map(({ name: variable, secret, value }) => [
            variable,
            secret ? pulumi.secret(value) : value,
        ]);
        return { name, output, env: Object.fromEntries(values) as object };
    });
    return {
        deployments: Object.fromEntries(created.map(({ name, output }) => [name, output])),
        env: Object.fromEntries(created.map(({ name, env }) => [name, env])),
        ...(expires === undefined ? {} : { expires }),
    };
}
