import { componentName } from "../../components/componentType";
import { backendKinds, targetKinds } from "../../stack/kinds";
import { testStackType } from "../../stack/testStackConfig";
import { urnParts } from "../../lib/urn";
import type { Step } from "./events";
import type { Inputs } from "../../components/resourceTypes";

/** What happens to a resource. */
export type ChangeKind = "created" | "changed" | "replaced" | "deleted" | "same";

/** The change of one resource. */
export interface Change {
    readonly kind: ChangeKind;
    readonly type: string;
    /** Its logical name in Pulumi, without the prefix `<Deployment>-`. */
    readonly role: string;
    /** Names of the inputs that change. */
    readonly properties: readonly string[];
    /** Its current inputs; `undefined` if it is new or unchanged. */
    readonly old?: Inputs | undefined;
    /** Its new inputs; `undefined` if it is deleted or unchanged. */
    readonly new?: Inputs | undefined;
    /** Whether the old resource is deleted before its replacement is created. */
    readonly deletedFirst: boolean;
}

/** The changes of one Deployment, or of the resources that belong to no Deployment. */
export interface Part {
    /** The Deployment's name; `undefined` for resources that belong to no Deployment. */
    readonly deployment: string | undefined;
    /** Kinds of its backend: two if the kind changes. */
    readonly backends: readonly string[];
    readonly changes: readonly Change[];
    /** Set if all its resources are created, or all are deleted. */
    readonly whole: "created" | "deleted" | undefined;
}

/** Names of the components that are named after their Deployment. */
const components: ReadonlySet<string> = new Set([...backendKinds, ...targetKinds].map(({ component }) => component));

/** Kinds of backend, by the name of their component. */
const backendKindOf: ReadonlyMap<string, string> = new Map(
    backendKinds.map(({ component, kind }) => [component, kind]),
);

/** The kind of change for each operation of the engine: https://www.pulumi.com/docs/iac/concepts/how-pulumi-works/ */
const kindOfOperation: Readonly<Record<string, ChangeKind>> = {
    same: "same",
    // Only read, or only removed from the state.
    read: "same",
    "read-replacement": "same",
    "discard-read": "same",
    "discard-replaced": "same",
    "remove-pending-replace": "same",
    refresh: "same",
    create: "created",
    import: "created",
    update: "changed",
    replace: "replaced",
    "create-replacement": "replaced",
    "import-replacement": "replaced",
    delete: "deleted",
    "delete-replaced": "deleted",
};

/** If a resource has several operations, the kind that comes first here applies. */
const precedence: readonly ChangeKind[] = ["replaced", "created", "changed", "deleted", "same"];

/**
 * Groups the engine's steps by Deployment and sorts the groups by Deployment name. Resources that belong to no
 * Deployment come first.
 */
export function partsOf(steps: readonly Step[]): Part[] {
    const byUrn = groupBy(steps, ({ urn }) => urn);
    const parentOf = (urn: string): string => byUrn.get(urn)?.[0]?.parent ?? "";
    const byDeployment = groupBy([...byUrn.values()], ([first]) => deploymentOf(first?.urn ?? "", parentOf));
    return [...byDeployment]
        .map(([deployment, resources]) => partOf(deployment, resources))
        .sort((one, other) => compare(one.deployment ?? "", other.deployment ?? ""));
}

function partOf(deployment: string | undefined, resources: readonly (readonly Step[])[]): Part {
    const backends = resources.flatMap(
        ([step]) => backendKindOf.get(componentOf(step?.urn ?? "")?.component ?? "") ?? [],
    );
    const changes = resources
        // Of the components, only the one that contains `expires` is of interest.
        .filter(([step]) => step?.custom === true || step?.type === testStackType)
        .map((steps) => changeOf(deployment, steps))
        // The engine's order is different each time.
        .sort((one, other) => compare(one.role + one.type, other.role + other.type));
    const all = new Set(resources.map(kindOf));
    const [only] = all;
    const whole = all.size === 1 && (only === "created" || only === "deleted") ? only : undefined;
    return { deployment, backends: [...new Set(backends)], changes, whole };
}

function changeOf(deployment: string | undefined, steps: readonly Step[]): Change {
    const [{ type, urn } = { type: "", urn: "" }] = steps;
    const { name } = urnParts(urn);
    const ops = steps.map(({ op }) => op);
    const deleted = ops.indexOf("delete-replaced");
    return {
        kind: kindOf(steps),
        type,
        role: deployment !== undefined && name.startsWith(`${deployment}-`) ? name.slice(deployment.length + 1) : name,
        properties: [...new Set(steps.flatMap(({ properties }) => properties))],
        old: steps.find((step) => step.old !== undefined)?.old,
        new: steps.find((step) => step.new !== undefined)?.new,
        deletedFirst: deleted !== -1 && deleted < ops.indexOf("create-replacement"),
    };
}

function kindOf(steps: readonly Step[]): ChangeKind {
    // Operations of later engine versions are shown rather than hidden.
    const found = steps.map(({ op }) => kindOfOperation[op] ?? "changed");
    return precedence.find((kind) => found.includes(kind)) ?? "same";
}

/** Returns the Deployment whose component is the resource or one of its ancestors; `undefined` if there is none. */
function deploymentOf(urn: string, parentOf: (urn: string) => string): string | undefined {
    for (let at = urn; at !== ""; at = parentOf(at)) {
        const component = componentOf(at);
        if (component !== undefined) {
            return component.name;
        }
    }
    return undefined;
}

function componentOf(urn: string): { component: string; name: string } | undefined {
    const { type, name } = urnParts(urn);
    const component = componentName(type);
    return component !== undefined && components.has(component) ? { component, name } : undefined;
}

function compare(one: string, other: string): number {
    return one < other ? -1 : one > other ? 1 : 0;
}

function groupBy<T, Key>(items: readonly T[], keyOf: (item: T) => Key): Map<Key, T[]> {
    const groups = new Map<Key, T[]>();
    for (const item of items) {
        const key = keyOf(item);
        const group = groups.get(key);
        if (group === undefined) {
            groups.set(key, [item]);
        } else {
            group.push(item);
        }
    }
    return groups;
}
