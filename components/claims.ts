import type { BackendDeployment } from "./backend";
import type { ExistingIds } from "./existing";
import { holderOf, holderTitle, isHeldBy, type Holder } from "./marks";

/** A resource that Pulumi is about to create, and how to find one of that name in the service. */
export interface ClaimLookup {
    /** Its logical name. */
    readonly name: string;
    /** What it is in the service, for messages, e.g. `the secret "airflow/variables/verify_variable"`. */
    readonly title: string;
    /** What to do about one that is not another stack's: a sentence without a full stop. Default: as for a test secret. */
    readonly wayOut?: string;
    /** Returns what has its name in the service; `undefined` if nothing has. */
    readonly find: () => Promise<Found | undefined>;
}

export interface Found {
    /** Its id, for an import. */
    readonly id: string;
    /** Its tags, annotations or custom metadata. */
    readonly marks: Readonly<Record<string, unknown>> | undefined;
}

/** What already has the names of a Deployment's resources. */
export interface Claims {
    /** What an interrupted run of this stack created. It is imported. */
    readonly existing: ExistingIds;
    /** Logical names of what another stack created and shares. It is used and not created. */
    readonly shared: ReadonlySet<string>;
    /** Each is a sentence without a full stop. */
    readonly problems: readonly string[];
}

/**
 * Looks for each resource that is not in the state yet. What is there already is only taken over if an interrupted run
 * of this stack created it. Anything else is somebody's own, and is neither overwritten nor deleted later.
 */
export async function findClaims(
    deployment: BackendDeployment<unknown>,
    lookups: readonly ClaimLookup[],
): Promise<Claims> {
    const existing = new Map<string, string>();
    const shared = new Set<string>();
    const problems: string[] = [];
    const isNew = lookups.filter(({ name }) => !deployment.isInState(name));
    const found = await Promise.all(isNew.map(async (lookup) => ({ ...lookup, found: await lookup.find() })));
    for (const { name, found: each, ...lookup } of found) {
        if (each === undefined) {
            continue;
        }
        const holder = holderOf(each.marks);
        const isOwn = isHeldBy(holder, deployment.current.owner);
        if (isOwn && deployment.mayExist(name)) {
            existing.set(name, each.id);
        } else if (!isOwn && holder !== "unknown" && holder.sharesSecrets && deployment.shareSecrets) {
            shared.add(name);
        } else {
            problems.push(problem(deployment, lookup, holder));
        }
    }
    return { existing, shared, problems };
}

function problem(
    { name, current, shareSecrets }: BackendDeployment<unknown>,
    { title, wayOut }: Pick<ClaimLookup, "title" | "wayOut">,
    holder: Holder,
): string {
    const start = `Deployment "${name}": ${title} already exists, `;
    if (holder === "unknown") {
        return (
            `${start}and it is not known whose it is, since it does not have this project's marks. ` +
            (wayOut ?? "Use another scope, rename or delete it, or set testSecrets: false")
        );
    }
    if (isHeldBy(holder, current.owner)) {
        return (
            `${start}and its marks name this very stack and Deployment, but it is not in the state. Either a stack of ` +
            `the same name, ${holder.stack}, in another Pulumi backend has created it, or the state was lost. ` +
            (wayOut ??
                "Use another scope, or delete it if the state was lost. If the key only or a single prefix has changed, " +
                    "the previous place still has it: write testSecrets: false until the overlap is over")
        );
    }
    const other = holderTitle(holder);
    return shareSecrets
        ? `${start}and is ${other}'s, which does not set shareSecrets: true. Set it there and run pulumi up, or use another scope`
        : `${start}and is ${other}'s. Use another scope. If both may read the same secrets, set shareSecrets: true in both`;
}
