import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { HoustonError } from "./houstonError";

/** A service account, as created in the Software UI. */
export interface ServiceAccount {
    readonly role: "WORKSPACE_EDITOR" | "WORKSPACE_VIEWER" | "DEPLOYMENT_EDITOR";
    /** Set if the role is for one Deployment only. */
    readonly releaseName?: string;
}

/** API keys of the existing service accounts, by purpose; the file has mode 0600. */
export type Keys = Readonly<Record<"editor" | "viewer" | "oneDeployment", string>>;

export class Accounts {
    private constructor(private readonly byHash: ReadonlyMap<string, ServiceAccount>) {}

    /**
     * Reads the keys, and creates them the first time.
     *
     * @param file path of the keys
     * @param releaseName the release for the key `oneDeployment`
     */
    static open(file: string, releaseName: string): Accounts {
        if (!existsSync(file)) {
            const key = (): string => randomBytes(16).toString("hex");
            const created: Keys = { editor: key(), viewer: key(), oneDeployment: key() };
            writeFileSync(file, JSON.stringify(created), { mode: 0o600 });
        }
        const keys = JSON.parse(readFileSync(file, "utf8")) as Keys;
        return new Accounts(
            new Map<string, ServiceAccount>([
                [hashOf(keys.editor), { role: "WORKSPACE_EDITOR" }],
                [hashOf(keys.viewer), { role: "WORKSPACE_VIEWER" }],
                [hashOf(keys.oneDeployment), { role: "DEPLOYMENT_EDITOR", releaseName }],
            ]),
        );
    }

    /**
     * Returns the calling account. The header `authorization` is the bare key.
     *
     * @throws HoustonError UNAUTHENTICATED
     */
    caller(authorization: string | undefined): ServiceAccount {
        const account = this.byHash.get(hashOf(authorization ?? ""));
        if (account === undefined) {
            throw new HoustonError("You are not authenticated: log in, or send a valid API key", "UNAUTHENTICATED");
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

export function mayDelete(account: ServiceAccount): boolean {
    return account.role === "WORKSPACE_EDITOR";
}

function hashOf(key: string): string {
    return createHash("sha256").update(key).digest("hex");
}
