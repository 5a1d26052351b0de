import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import * as pulumi from "@pulumi/pulumi";
import type { Workload } from "./workload";
import { componentType } from "../componentType";
import { credentialResource, fieldManager, workloadResource } from "../names";
import type { Current } from "../owner";
import type { EnvVar } from "../backend";
import { PodTemplateSecret } from "./podTemplateSecret";
import { workloadKey, type TakeOver } from "./problems";
import type { PodToken } from "./tokenVolume";
import { WorkloadPatch } from "./workloadPatch";

export interface KubernetesTargetArgs {
    readonly namespace: string;
    /** The workloads that run Airflow, and the containers in them that get the env vars. */
    readonly workloads: readonly Workload[];
    /** Whether to take over env vars of the same name that somebody else set. The old values are lost. */
    readonly force: boolean;
    /** The env vars of others that this run takes over or removes, because of `force`. */
    readonly takeOver: TakeOver;
    /** Whether to wait until the pods with the new env vars are ready. */
    readonly waitForRollout: boolean;
    /** Name of a Secret with the env vars that keeps its name, for pod templates. Default: there is none. */
    readonly podTemplateSecret?: string | undefined;
    /** The token that its pods log in with; `undefined` if they log in with a credential. */
    readonly token?: PodToken | undefined;
    readonly env: readonly EnvVar[];
    /** Hooks of its resources. */
    readonly hooks: pulumi.ResourceHookBinding;
}

/** Sets a Deployment's env vars on its Kubernetes workloads. Everything else on the workloads is left unchanged. */
export class KubernetesTarget extends pulumi.ComponentResource {
    constructor(current: Current, args: KubernetesTargetArgs, opts?: pulumi.ComponentResourceOptions) {
        const name = current.owner.deployment;
        super(componentType("KubernetesTarget"), name, {}, opts);
        const childOpts = { parent: this, hooks: args.hooks };

        const { namespace, podTemplateSecret } = args;
        const secret = createSecret();
        for (const workload of args.workloads) {
            patch(workload);
        }
        if (podTemplateSecret !== undefined) {
            createPodTemplateSecret(podTemplateSecret);
        }
        this.registerOutputs({});

        /**
         * The Secret is immutable and auto-named: new content creates a Secret with a new name, which restarts the
         * pods. Each credential has its own, which lives as long as the credential: a rollout can be undone until then.
         */
        function createSecret(): Secret {
            const data = Object.fromEntries(args.env.map((variable) => [variable.name, base64(variable.value)]));
            return new Secret(
                credentialResource(current, "env"),
                { metadata: { namespace }, immutable: true, type: "Opaque", data: pulumi.secret(data) },
                childOpts,
            );
        }

        function patch({ kind, name: workload, containers }: Workload): void {
            const entries = args.env.map((variable) => {
                const secretKeyRef = { name: secret.metadata.name, key: variable.name };
                return [variable.name, { secretKeyRef }] as const;
            });
            new WorkloadPatch(
                workloadResource(name, kind, workload),
                {
                    kind,
                    namespace,
                    name: workload,
                    containers,
                    env: Object.fromEntries(entries),
                    token: args.token,
                    fieldManager: fieldManager(current.owner),
                    force: args.force,
                    takeOver: args.takeOver[workloadKey({ kind, name: workload })],
                    waitForRollout: args.waitForRollout,
                },
                childOpts,
            );
        }

        function createPodTemplateSecret(secretName: string): void {
            new PodTemplateSecret(
                `${name}.env-pod-template`,
                {
                    namespace,
                    name: secretName,
                    values: Object.fromEntries(
                        args.env.map((variable) => [variable.name, pulumi.secret(variable.value)]),
                    ),
                    fieldManager: fieldManager(current.owner),
                    force: args.force,
                },
                childOpts,
            );
        }
    }
}

function base64(text: pulumi.Output<string>): pulumi.Output<string> {
    return text.apply((value) => Buffer.from(value, "utf8").toString("base64"));
}
