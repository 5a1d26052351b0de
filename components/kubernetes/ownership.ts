import type { LiveWorkload, ManagedFields } from "./workload";

/** Field managers that own the value of an env entry, literal or reference. */
export function ownersOf(live: LiveWorkload, container: string, variable: string): string[] {
    const path = [...CONTAINERS, keyOf(container), "f:env", keyOf(variable)];
    const owners = (live.metadata?.managedFields ?? []).flatMap(({ manager, fieldsV1 }) => {
        const entry = path.reduce<unknown>((node, field) => mapping(node)[field], fieldsV1);
        const owns = "f:value" in mapping(entry) || "f:valueFrom" in mapping(entry);
        return owns && manager !== undefined ? [manager] : [];
    });
    return [...new Set(owners)];
}

/**
 * The record of owners without the entries that `manager` made and somebody else has set since; `undefined` where there
 * are none. Of such an entry `manager` still owns the name, and giving that back would take the whole entry away.
 *
 * @param isWanted whether `manager` wants an entry still
 */
export function withoutTakenOver(
    live: LiveWorkload,
    manager: string,
    isWanted: (container: string, variable: string) => boolean,
): readonly ManagedFields[] | undefined {
    const left = new Set<string>();
    const isOurs = (container: string, variable: string): boolean => {
        const others = ownersOf(live, container, variable).filter((owner) => owner !== manager);
        if (others.length === 0 || isWanted(container, variable)) {
            return true;
        }
        left.add(variable);
        return false;
    };
    const remaining = (live.metadata?.managedFields ?? []).map((fields) => {
        if (fields.manager !== manager) {
            return fields;
        }
        const fieldsV1 = changed(fields.fieldsV1, CONTAINERS, (containers) =>
            mapped(containers, (container, node) =>
                changed(node, ["f:env"], (env) => {
                    const kept = Object.entries(env).filter(([key]) => isOurs(nameOf(container), nameOf(key)));
                    return Object.fromEntries(kept);
                }),
            ),
        );
        return { ...fields, fieldsV1 };
    });
    return left.size === 0 ? undefined : remaining;
}

type Fields = Readonly<Record<string, unknown>>;

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ has the notation. */
const CONTAINERS = ["f:spec", "f:template", "f:spec", "f:containers"];
const keyOf = (name: string): string => `k:${JSON.stringify({ name })}`;

/** What `keyOf` was made of; empty for another kind of key, such as `.`. */
function nameOf(key: string): string {
    return key.startsWith("k:") ? String((JSON.parse(key.slice(2)) as { name?: string }).name) : "";
}

function mapping(node: unknown): Fields {
    return typeof node === "object" && node !== null ? (node as Fields) : {};
}

/** The node with what lies at a path changed, where there is something. */
function changed(node: unknown, path: readonly string[], change: (fields: Fields) => Fields): Fields {
    const [field, ...rest] = path;
    const fields = mapping(node);
    if (field === undefined) {
        return change(fields);
    }
    return field in fields ? { ...fields, [field]: changed(fields[field], rest, change) } : fields;
}

function mapped(fields: Fields, change: (key: string, node: unknown) => unknown): Fields {
    return Object.fromEntries(Object.entries(fields).map(([key, node]) => [key, change(key, node)]));
}
