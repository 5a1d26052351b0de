import * as pulumi from "@pulumi/pulumi";

/**
 * The provider resource of this project's own plugin, with the cluster that the stack's config names. If the config
 * names none, the plugin reads `KUBECONFIG` itself, and no kubeconfig is saved in the state. A kubeconfig in the config
 * may contain credentials, so it is a secret.
 *
 * One provider for all resources, also if no cluster is configured: Pulumi replaces a resource whose provider changes.
 */
export class DeploymentProvider extends pulumi.ProviderResource {
    constructor({ kubeconfig, context }: { kubeconfig?: string | undefined; context?: string | undefined }) {
        const secret = kubeconfig === undefined ? {} : { kubeconfig: pulumi.secret(kubeconfig) };
        super("airflow-deployment", "airflow-deployment", { ...secret, context });
    }
}
