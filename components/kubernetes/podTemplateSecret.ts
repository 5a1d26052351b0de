import * as pulumi from "@pulumi/pulumi";
import type { SecretName } from "./secret";

export interface PodTemplateSecretArgs extends SecretName {
    /** The env vars, by name. Not base64-encoded. */
    readonly values: Readonly<Record<string, pulumi.Input<string>>>;
    readonly fieldManager: string;
    readonly force: boolean;
}

/**
 * A Secret that keeps its name when its content changes. The official plugin replaces a Secret instead, and deletes it
 * first if the name is fixed. Implemented by this project's own plugin: see `provider/podTemplateSecret.ts`.
 */
export class PodTemplateSecret extends pulumi.CustomResource {
    constructor(name: string, args: PodTemplateSecretArgs, opts: pulumi.CustomResourceOptions) {
        super("airflow-deployment:kubernetes:PodTemplateSecret", name, { ...args }, opts);
    }
}
