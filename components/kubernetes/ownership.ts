import type { LiveWorkload, ManagedFields } from "./workload";

/** Returns the field managers that own the value of an env entry, literal or reference. */
export function ownersOf(live: LiveWorkload, container: string, envVar: string): string[] {
    const path = [...CONTAINERS, keyOf(container), "f:env", keyOf(envVar)];
    const owners = (live.metadata?.managedFields ?? []).flatMap(({ manager, fieldsV1 }) => {
        const entry = path.reduce<unknown>((node, field) => mapping(node)[field], fieldsV1);
        const owns = "f:value" in mapping(entry) || "f:valueFrom" in mapping(entry);
        return owns && manager !== undefined ? [manager] : [];
    });
    return [...new Set(owners)];
}

/** Returns the field managers that own something at a path below the pod template's spec. */
export function managersOf(live: LiveWorkload, path: readonly string[]): string[] {
    const whole = [...POD_SPEC, ...path];
    const owners = (live.metadata?.managedFields ?? []).filter(
        ({ fieldsV1 }) => whole.reduce<unknown>((node, field) => mapping(node)[field], fieldsV1) !== undefined,
    );
    return [...new Set(owners.flatMap(({ manager }) => manager ?? []))];
}

/**
 * Returns the managed fields without the env entries that `manager` created and that somebody else has set since;
 * `undefined` if there are none. `manager` still owns the name of such an entry. If it released the name by server-side
 * apply, the API server would delete the whole entry.
 *
 * @param isWanted whether `manager` still wants an entry
 */
export function withoutTakenOver(
    live: LiveWorkload,
    manager: string,
    isWanted: (container: string, envVar: string) => boolean,
): readonly ManagedFields[] | undefined {
    const released = new Set<string>();
    const isOurs = (container: string, envVar: string): boolean => {
        const others = ownersOf(live, container, envVar).filter((owner) => owner !== manager);
        if (others.length === 0 || isWanted(container, envVar)) {
            return true;
        }
        released.add(envVar);
        return false;
    };
    const remaining = (live.metadata?.managedFields ?? []).map((fields) => {
        if (fields.manager !== manager) {
            return fields;
        }
        const fieldsV1 = updateAt(fields.fieldsV1, CONTAINERS, (containers) =>
            mapFields(containers, (container, node) =>
                updateAt(node, ["f:env"], (env) => {
                    const kept = Object.entries(env).filter(([key]) => isOurs(nameOf(container), nameOf(key)));
                    return Object.fromEntries(kept);
                }),
            ),
        );
        return { ...fields, fieldsV1 };
    });
    return released.size === 0 ? undefined : remaining;
}

type Fields = Readonly<Record<string, unknown>>;

/** Path in `fieldsV1`. Format: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ */
const POD_SPEC = ["f:spec", "f:template", "f:spec"];
const CONTAINERS = [...POD_SPEC, "f:containers"];
const keyOf = (name: string): string => `k:${JSON.stringify({ name })}`;

/** Returns the name in a key that `keyOf` built; an empty string for another kind of key, such as `.`. */
function nameOf(key: string): string {
    return key.startsWith("k:") ? String((JSON.parse(key.slice(2)) as { name?: string }).name) : "";
}

function mapping(node: unknown): Fields {
    return typeof node === "object" && node !== null ? (node as Fields) : {};
}

/**
 * Returns the managed fields without the entries at these paths that `manager` created and that somebody else has changed
 * since, for the same reason as above; `undefined` if there are none.
 *
 * @param paths below the pod template's spec
 */
export function withoutShared(
    live: LiveWorkload,
    manager: string,
    paths: readonly (readonly string[])[],
): readonly ManagedFields[] | undefined {
    const shared = paths.filter((path) => {
        const managers = managersOf(live, path);
        return managers.includes(manager) && managers.length > 1;
    });
    const without = (fieldsV1: unknown, path: readonly string[]): object =>
        updateAt(fieldsV1, [...POD_SPEC, ...path.slice(0, -1)], (fields) =>
            Object.fromEntries(Object.entries(fields).filter(([key]) => key !== path.at(-1))),
        );
    return shared.length === 0
        ? undefined
        : live.metadata?.managedFields?.map((fields) =>
              fields.manager === manager
                  ? { ...fields, fieldsV1: shared.reduce<object>(without, fields.fieldsV1 ?? {}) }
                  : fields,
          );
}

/** Returns a copy of the node with the fields at a path changed. Returns it unchanged if the path does not exist. */
function updateAt(node: unknown, path: readonly string[], change: (fields: Fields) => Fields): Fields {
    const [field, ...rest] = path;
    const fields = mapping(node);
    if (field === undefined) {
        return change(fields);
    }
    return field in fields ? { ...fields, [field]: updateAt(fields[field], rest, change) } : fields;
}

function mapFields(fields: Fields, change: (key: string, node: unknown) => unknown): Fields {
    return Object.fromEntries(Object.entries(fields).map(([key, node]) => [key, change(key, node)]));
}
