/**
 * The stand-in for Google Cloud, as its own process. No emulator is available. The stand-in implements the calls that
 * the stack, Airflow and verify make, and returns Google's errors:
 * `main.ts --rest PORT --grpc PORT --dir DIR --project ID`.
 */
import { mkdirSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { Store } from "../store";
import { ServiceAccounts } from "./accounts";
import { Authentication } from "./authentication";
import { grpcServer } from "./grpc";
import { Projects } from "./projects";
import { restServer } from "./rest";
import { Secrets } from "./secrets";
import { emptyProject, newEtag, newUniqueId, type GoogleStore } from "./state";

/** Exactly the roles that docs/gcp.md requires. */
const ADMIN_ROLES = [
    "roles/iam.serviceAccountAdmin",
    "roles/iam.serviceAccountKeyAdmin",
    "roles/resourcemanager.projectIamAdmin",
    "roles/secretmanager.admin",
];

async function main(): Promise<void> {
    const option = { type: "string" } as const;
    const { values } = parseArgs({ options: { rest: option, grpc: option, dir: option, project: option } });
    const { dir, project } = values;
    if (dir === undefined || project === undefined) {
        throw new Error("--rest, --grpc, --dir and --project are required");
    }
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const store = new Store(join(dir, "state.json"), () => emptyProject(project));
    const accounts = new ServiceAccounts(store);
    const authentication = new Authentication(store);
    await makeAdministrator(store, accounts, join(dir, "admin.json"));
    const secrets = new Secrets(store);
    const rest = restServer({ accounts, projects: new Projects(store), secrets, authentication });
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
    const bindings = ADMIN_ROLES.map((role) => ({ role, members: [`serviceAccount:${email}`] }));
    state.policy = { version: 1, etag: newEtag(), bindings };
    const { privateKeyData } = (await accounts.createKey(email, email)) as { privateKeyData: string };
    writeFileSync(file, Buffer.from(privateKeyData, "base64"), { mode: 0o600 });
}

main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
