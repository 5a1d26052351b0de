import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import { DeploymentPatch } from "@pulumi/kubernetes/apps/v1/deploymentPatch";
import { StatefulSetPatch } from "@pulumi/kubernetes/apps/v1/statefulSetPatch";
import * as pulumi from "@pulumi/pulumi";
import { componentType, fieldManager } from "./names";
import type { EnvVar } from "./secretsBackend";
import type { Workload } from "./workloads";

export interface KubernetesTargetArgs {
    readonly namespace: string;
    /** The workloads that run Airflow, and the containers in them that get the env vars. */
    readonly workloads: readonly Workload[];
    /** Take over a variable of the same name that is somebody else's; its old value is then gone. */
    readonly force: boolean;
    /** Wait until the pods with the new env vars are ready. */
    readonly waitForRollout: boolean;
    readonly env: readonly EnvVar[];
}

/** Puts a Deployment's env vars on its workloads in Kubernetes and leaves everything else on them as it is. */
export class KubernetesTarget extends pulumi.ComponentResource {
    /** @param name the Deployment's name */
    constructor(name: string, args: KubernetesTargetArgs, opts?: pulumi.ComponentResourceOptions) {
        super(componentType("KubernetesTarget"), name, {}, opts);
        const manager = fieldManager(name);
        const childOpts = { parent: this };

        const { namespace } = args;
        const secret = createSecret();
        for (const workload of args.workloads) {
            patch(workload);
        }
        this.registerOutputs({});

        /** Immutable and auto-named: new content is a new name, and a new name restarts the pods. */
        function createSecret(): Secret {
            const data = Object.fromEntries(args.env.map((variable) => [variable.name, base64(variable.value)]));
            return new Secret(
                `${name}-env`,
                { metadata: { namespace }, immutable: true, type: "Opaque", data: pulumi.secret(data) },
                childOpts,
            );
        }

        function patch({ kind, name: workload, containers }: Workload): void {
            const env = args.env.map((variable) => ({
                name: variable.name,
                // Sent besides the reference: over a literal of somebody else's the API server then answers with a
                // conflict that names the owner, and not that both may not be set.
                value: "",
                valueFrom: { secretKeyRef: { name: secret.metadata.name, key: variable.name } },
            }));
            const Patch = kind === "Deployment" ? DeploymentPatch : StatefulSetPatch;
            new Patch(
                `${name}-env-${kind.toLowerCase()}-${workload}`,
                {
                    metadata: { namespace, name: workload, annotations: annotations() },
                    spec: {
                        template: { spec: { containers: containers.map((container) => ({ name: container, env })) } },
                    },
                },
                // What the provider reads back is the whole workload, with other people's literals in it.
                { ...childOpts, additionalSecretOutputs: ["metadata", "spec"] },
            );
        }

        function annotations(): Record<string, string> {
            return {
                "pulumi.com/patchFieldManager": manager,
                ...(args.force ? { "pulumi.com/patchForce": "true" } : {}),
                ...(args.waitForRollout ? {} : { "pulumi.com/skipAwait": "true" }),
            };
        }
    }
}

function base64(text: pulumi.Output<string>): pulumi.Output<string> {
    return text.apply((value) => Buffer.from(value, "utf8").toString("base64"));
}
