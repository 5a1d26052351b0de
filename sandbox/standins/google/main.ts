/**
 * The stand-in for Google Cloud, as its own process. No emulator is available. The stand-in implements the calls that
 * the stack, Airflow and verify make, and returns Google's errors:
 * `main.ts --rest PORT --grpc PORT --dir DIR --project ID --provider NAME --issuer URL --keys URL`. The workload identity
 * provider trusts the issuer, whose keys are at the last URL.
 */
import { mkdirSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { Store } from "../store";
import { ServiceAccounts } from "./accounts";
import { Authentication, memberOf } from "./authentication";
import { grpcServer } from "./grpc";
import { Projects } from "./projects";
import { restServer } from "./rest";
import { Secrets } from "./secrets";
import { emptyProject, newEtag, newUniqueId, type GoogleStore } from "./state";
import { WorkloadIdentity } from "./workloadIdentity";

/** Exactly the roles that docs/gcp.md requires. */
const ADMIN_ROLES = [
    "roles/iam.serviceAccountAdmin",
    "roles/iam.serviceAccountKeyAdmin",
    "roles/iam.workloadIdentityPoolViewer",
    "roles/resourcemanager.projectIamAdmin",
    "roles/secretmanager.admin",
];

async function main(): Promise<void> {
    const option = { type: "string" } as const;
    const federation = { provider: option, issuer: option, keys: option };
    const options = { rest: option, grpc: option, dir: option, project: option, ...federation };
    const { values } = parseArgs({ options });
    const { dir, project, provider, issuer, keys } = values;
    if (dir === undefined || project === undefined) {
        throw new Error("--rest, --grpc, --dir and --project are required");
    }
    if (provider === undefined || issuer === undefined || keys === undefined) {
        throw new Error("--provider, --issuer and --keys are required");
    }
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const store = new Store(join(dir, "state.json"), () => emptyProject(project));
    const accounts = new ServiceAccounts(store);
    const workloadIdentity = new WorkloadIdentity(store, { name: provider, issuer, keys });
    const authentication = new Authentication(store, workloadIdentity);
    await makeAdministrator(store, accounts, join(dir, "admin.json"));
    const secrets = new Secrets(store);
    const projects = new Projects(store, workloadIdentity);
    const rest = restServer({ accounts, projects, secrets, workloadIdentity, authentication });
    rest.listen(Number(values.rest), "127.0.0.1");
    const rpc = grpcServer(secrets, authentication);
    await new Promise<void>((resolve, reject) => {
        rpc.bindAsync(`127.0.0.1:${values.grpc ?? ""}`, grpc.ServerCredentials.createInsecure(), (error) => {
            if (error === null) resolve();
            else reject(error);
        });
    });
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => {
            rest.close();
            rest.closeAllConnections();
            rpc.forceShutdown();
        });
    }
}

/**
 * Creates the administrator who runs Pulumi, who exists before this project is used: a service account with a key,
 * written to `file`.
 */
async function makeAdministrator(store: GoogleStore, accounts: ServiceAccounts, file: string): Promise<void> {
    if (existsSync(file)) {
        return;
    }
    const { state } = store;
    const email = `sandbox-admin@${state.project.id}.iam.gserviceaccount.com`;
    const texts = { displayName: "Administrator of the sandbox", description: "" };
    state.accounts[email] ??= { email, uniqueId: newUniqueId(), ...texts, keys: [] };
    const member = memberOf(email);
    const bindings = ADMIN_ROLES.map((role) => ({ role, members: [member] }));
    state.policy = { version: 1, etag: newEtag(), bindings };
    const { privateKeyData } = (await accounts.createKey(member, email)) as { privateKeyData: string };
    writeFileSync(file, Buffer.from(privateKeyData, "base64"), { mode: 0o600 });
}

main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
