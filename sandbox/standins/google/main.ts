/**
 * The stand-in for Google Cloud as a process of its own. No emulator can be had; this one knows the calls that the stack,
 * Airflow and verify make, and refuses as Google does: `main.ts --rest PORT --grpc PORT --dir DIR --project ID`.
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

/** The roles that docs/gcp.md asks for, and no others. */
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
        throw new Error("--rest, --grpc, --dir and --project are needed");
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

/** Whoever runs Pulumi: an account with a key, as the company has one before this project comes. */
async function makeAdministrator(store: GoogleStore, accounts: ServiceAccounts, file: string): Promise<void> {
    if (existsSync(file)) {
        return;
    }
    const { state } = store;
    const email = `sandbox-admin@${state.project.id}.iam.gserviceaccount.com`;
    const readable = { displayName: "Administrator of the sandbox", description: "" };
    state.accounts[email] ??= { email, uniqueId: newUniqueId(), ...readable, keys: [] };
    const bindings = ADMIN_ROLES.map((role) => ({ role, members: [`serviceAccount:${email}`] }));
    state.policy = { version: 1, etag: newEtag(), bindings };
    const { privateKeyData } = (await accounts.createKey(email, email)) as { privateKeyData: string };
    writeFileSync(file, Buffer.from(privateKeyData, "base64"), { mode: 0o600 });
}

main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
