import { startStandIn } from "./standIn";
import type { Supervisor } from "./supervisor";

/** The host of the issuer of the cluster's service-account tokens. */
export const ISSUER_HOST = "kubernetes.sandbox.test";
/** The issuer: the claim `iss` of the tokens. */
export const ISSUER = `https://${ISSUER_HOST}`;

/** Publishes which keys sign the cluster's service-account tokens. */
export async function startIssuer(
    supervisor: Supervisor,
    { port, kubeconfig }: { port: number; kubeconfig: string },
): Promise<void> {
    const args = ["--port", String(port), "--kubeconfig", kubeconfig];
    await startStandIn(supervisor, { name: "issuer", args, ports: [port] });
}
