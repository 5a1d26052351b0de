import { join } from "node:path";
import { startStandIn } from "./standIn";
import type { Supervisor } from "./supervisor";

/** The existing project. */
const GOOGLE_PROJECT = "sandbox-project";

/** Google hostnames that the stand-in answers to over REST and over gRPC. */
export const googleHosts = {
    rest: [
        "iam.googleapis.com",
        "cloudresourcemanager.googleapis.com",
        "oauth2.googleapis.com",
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
    { dir, rest, grpc }: { dir: string; rest: number; grpc: number },
): Promise<Record<string, string>> {
    const args = ["--rest", String(rest), "--grpc", String(grpc), "--dir", dir, "--project", GOOGLE_PROJECT];
    await startStandIn(supervisor, { name: "google", args, ports: [rest, grpc] });
    return { GOOGLE_APPLICATION_CREDENTIALS: join(dir, "admin.json"), GOOGLE_CLOUD_PROJECT: GOOGLE_PROJECT };
}
