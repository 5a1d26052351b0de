import * as pulumi from "@pulumi/pulumi";

/**
 * This project's own plugin, told of the cluster that the stack's config names. Where the config names none, it goes by
 * `KUBECONFIG` by itself, and that gets into no state. A kubeconfig in the config may hold credentials: it is a secret.
 *
 * One for the whole stack, whatever the config names: a resource whose provider becomes another one is replaced.
 */
export class DeploymentProvider extends pulumi.ProviderResource {
    constructor({ kubeconfig, context }: { kubeconfig?: string | undefined; context?: string | undefined }) {
        const secret = kubeconfig === undefined ? {} : { kubeconfig: pulumi.secret(kubeconfig) };
        super("airflow-deployment", "airflow-deployment", { ...secret, context });
    }
}
