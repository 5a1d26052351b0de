import { join } from "node:path";
import { ISSUER } from "./issuer";
import { startStandIn } from "./standIn";
import type { Supervisor } from "./supervisor";

/** The existing project. */
const GOOGLE_PROJECT = "sandbox-project";

/** The existing provider that trusts the cluster's tokens. Its pool is in another project, by number. */
const IDENTITY_PROVIDER =
    "projects/271828182845/locations/global/workloadIdentityPools/sandbox-cluster/providers/kubernetes";

/** Google hostnames that the stand-in answers to over REST and over gRPC. */
export const googleHosts = {
    rest: [
        "iam.googleapis.com",
        "cloudresourcemanager.googleapis.com",
        "oauth2.googleapis.com",
        "sts.googleapis.com",
        "iamcredentials.googleapis.com",
        "cloudbilling.googleapis.com",
        "secretmanager.googleapis.com",
    ],
    grpc: ["secretmanager.googleapis.com"],
} as const;

/**
 * Starts the stand-in for Google Cloud. Returns an administrator's login as environment variables of Google's clients.
 */
export async function startGoogle(
    supervisor: Supervisor,
    { dir, ports }: { dir: string; ports: Readonly<Record<"googleRest" | "googleGrpc" | "issuer", number>> },
): Promise<Record<string, string>> {
    const { googleRest: rest, googleGrpc: grpc, issuer } = ports;
    // A service has no proxy: it reads the issuer's keys directly, and only when a token comes.
    const keys = `http://127.0.0.1:${issuer}/openid/v1/jwks`;
    const federation = ["--provider", IDENTITY_PROVIDER, "--issuer", ISSUER, "--keys", keys];
    const project = ["--dir", dir, "--project", GOOGLE_PROJECT];
    const args = ["--rest", String(rest), "--grpc", String(grpc), ...project, ...federation];
    await startStandIn(supervisor, { name: "google", args, ports: [rest, grpc] });
    return { GOOGLE_APPLICATION_CREDENTIALS: join(dir, "admin.json"), GOOGLE_CLOUD_PROJECT: GOOGLE_PROJECT };
}
