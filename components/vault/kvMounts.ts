import { groupBy } from "../../lib/groupBy";
import { isMapping } from "../../lib/json";
import { deploymentsTitle } from "../names";
import { isStatus, type VaultClient } from "./rest";

/** The KV mount of a Deployment. */
export interface KvUse {
    /** Name of the Deployment. */
    readonly deployment: string;
    readonly mount: string;
    readonly kvVersion: 1 | 2;
    /** Vault Enterprise namespace. Default: the root namespace. */
    readonly namespace?: string | undefined;
}

export interface MountFindings {
    /** Each is a sentence without a full stop. */
    readonly problems: readonly string[];
    /** What could not be checked, and why. */
    readonly warnings: readonly string[];
}

/**
 * Reads each KV mount that Deployments use once. In a mount of another version, or in one that does not exist, Airflow
 * finds nothing and reports nothing.
 */
export async function findKvMountProblems(uses: readonly KvUse[], call: VaultClient): Promise<MountFindings> {
    const mounts = [...groupBy(uses, ({ namespace, mount }) => JSON.stringify([namespace, mount])).values()];
    const found = await Promise.all(
        mounts.map(async (users): Promise<Partial<MountFindings>> => {
            const [first] = users;
            return first === undefined ? {} : judge(await readMount(first, call), users, first);
        }),
    );
    return {
        problems: found.flatMap(({ problems = [] }) => problems),
        warnings: found.flatMap(({ warnings = [] }) => warnings),
    };
}

type Mount = { readonly path: string; readonly type: string; readonly version: string } | "missing" | "not known";

function judge(found: Mount, users: readonly KvUse[], { mount, namespace }: KvUse): Partial<MountFindings> {
    const where = namespace === undefined ? "" : ` in namespace "${namespace}"`;
    const start = `${deploymentsTitle(users.map(({ deployment }) => deployment))}: mount "${mount}"${where}`;
    const todo = "Write the path of the KV mount as vault secrets list shows it, without the slash at its end";
    if (found === "not known") {
        const right = `read sys/mounts/${mount}`;
        return { warnings: [`${start} could not be checked: Pulumi's Vault token may not ${right} (docs/vault.md).`] };
    }
    if (found === "missing") {
        return { problems: [`${start}: there is no secrets engine at that path. ${todo}`] };
    }
    if (found.path !== `${mount}/`) {
        return { problems: [`${start} is no mount, but a path in the mount "${found.path}". ${todo}`] };
    }
    if (found.type !== "kv" && found.type !== "generic") {
        return { problems: [`${start} has a secrets engine of type "${found.type}", but KV is required. ${todo}`] };
    }
    return {
        problems: users
            .filter(({ kvVersion }) => String(kvVersion) !== found.version)
            .map(
                ({ deployment, kvVersion }) =>
                    `Deployment "${deployment}": mount "${mount}"${where} has version ${found.version}, but kvVersion is ` +
                    `${kvVersion}. Write kvVersion: ${found.version}`,
            ),
    };
}

/**
 * Reads the mount that a path is in. Vault answers 403 if there is none, and also if the token has no right below it:
 * `sys/mounts` then tells the two apart.
 */
async function readMount({ mount, namespace }: KvUse, call: VaultClient): Promise<Mount> {
    try {
        const found = await call({ method: "GET", path: `sys/internal/ui/mounts/${mount}`, namespace });
        return found === undefined ? "missing" : mountIn(found);
    } catch (error) {
        if (isStatus(error, 403)) {
            return (await isMissing({ mount, namespace }, call)) ? "missing" : "not known";
        }
        throw error;
    }
}

function mountIn({ path, type, options }: Readonly<Record<string, unknown>>): Mount {
    // A mount of version 1 may have no options.
    const version = isMapping(options) && typeof options.version === "string" ? options.version : "1";
    return { path: String(path), type: String(type), version };
}

async function isMissing(
    { mount, namespace }: Pick<KvUse, "mount" | "namespace">,
    call: VaultClient,
): Promise<boolean> {
    try {
        return (await call({ method: "GET", path: `sys/mounts/${mount}`, namespace })) === undefined;
    } catch (error) {
        if (isStatus(error, 400)) {
            return true;
        }
        if (isStatus(error, 403)) {
            return false;
        }
        throw error;
    }
}
