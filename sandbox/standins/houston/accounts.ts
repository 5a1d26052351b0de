import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Refused } from "./refused";

/** A service account, as it is made in the Software UI. */
export interface ServiceAccount {
    readonly role: "WORKSPACE_EDITOR" | "WORKSPACE_VIEWER" | "DEPLOYMENT_EDITOR";
    /** Of a role on one Deployment. */
    readonly releaseName?: string;
}

/** The keys of the service accounts that the company has, by what they are for; mode 0600. */
export type Keys = Readonly<Record<"editor" | "viewer" | "oneDeployment", string>>;

export class Accounts {
    private constructor(private readonly byHash: ReadonlyMap<string, ServiceAccount>) {}

    /** @param file where the keys are, or will be */
    static open(file: string, first: string): Accounts {
        if (!existsSync(file)) {
            const key = (): string => randomBytes(16).toString("hex");
            const made: Keys = { editor: key(), viewer: key(), oneDeployment: key() };
            writeFileSync(file, JSON.stringify(made), { mode: 0o600 });
        }
        const keys = JSON.parse(readFileSync(file, "utf8")) as Keys;
        return new Accounts(
            new Map<string, ServiceAccount>([
                [hashOf(keys.editor), { role: "WORKSPACE_EDITOR" }],
                [hashOf(keys.viewer), { role: "WORKSPACE_VIEWER" }],
                [hashOf(keys.oneDeployment), { role: "DEPLOYMENT_EDITOR", releaseName: first }],
            ]),
        );
    }

    /** Who calls: the header `authorization` is the bare key. */
    caller(authorization: string | undefined): ServiceAccount {
        const account = this.byHash.get(hashOf(authorization ?? ""));
        if (account === undefined) {
            throw new Refused("You are not authenticated: log in, or send a valid API key", "UNAUTHENTICATED");
        }
        return account;
    }
}

export function mayRead(account: ServiceAccount, releaseName: string): boolean {
    return account.releaseName === undefined || account.releaseName === releaseName;
}

export function mayWrite(account: ServiceAccount, releaseName: string): boolean {
    return account.role !== "WORKSPACE_VIEWER" && mayRead(account, releaseName);
}

function hashOf(key: string): string {
    return createHash("sha256").update(key).digest("hex");
}
