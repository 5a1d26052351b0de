import { backendKinds } from "../../stack/kinds";
import { testStackType } from "../../stack/testStackConfig";
import { urnParts } from "../../lib/urn";
import type { Step } from "./events";
import type { Inputs } from "../../components/resourceTypes";

export type Kind = "created" | "changed" | "replaced" | "deleted" | "same";

/** What becomes of a resource. */
export interface Change {
    readonly kind: Kind;
    readonly type: string;
    /** Its logical name, without the name of its Deployment before it. */
    readonly role: string;
    /** Names of the inputs that change. */
    readonly properties: readonly string[];
    /** Its inputs so far; nothing where it is new, or stays as it is. */
    readonly old?: Inputs | undefined;
    readonly new?: Inputs | undefined;
    /** Whether it is deleted before another one takes its place. */
    readonly deletedFirst: boolean;
}

/** A Deployment, or what of the stack belongs to none. */
export interface Part {
    /** The Deployment's name; nothing for the rest of the stack. */
    readonly deployment: string | undefined;
    /** Kinds of its backend: two where it changes. */
    readonly backends: readonly string[];
    readonly changes: readonly Change[];
    /** Whether it is new as a whole, or goes as a whole. */
    readonly whole: "created" | "deleted" | undefined;
}

/** Type token of the components that are named after their Deployment. */
const componentType = /^airflow-secrets-backends:index:(\w+(?:Backend|Target))$/;

/** By the name of their component. */
const kindsOfBackend: ReadonlyMap<string, string> = new Map(
    backendKinds.map(({ component, kind }) => [component, kind]),
);

/** What an operation of the engine comes to: https://www.pulumi.com/docs/iac/concepts/how-pulumi-works/ */
const kinds: Readonly<Record<string, Kind>> = {
    same: "same",
    // Looked at only, or only forgotten.
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

/** Of the operations on one resource, the first of these says what becomes of it. */
const order: readonly Kind[] = ["replaced", "created", "changed", "deleted", "same"];

/** Sorts the engine's steps by Deployment, in the order of their names; what belongs to none comes first. */
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
        ([step]) => kindsOfBackend.get(componentOf(step?.urn ?? "")?.component ?? "") ?? [],
    );
    const changes = resources
        // Of the components only the one that says when the stack expires says something.
        .filter(([step]) => step?.custom === true || step?.type === testStackType)
        .map((steps) => changeOf(deployment, steps))
        // The engine's order is another one each time.
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

function kindOf(steps: readonly Step[]): Kind {
    // An operation that a later engine may have is shown rather than hidden.
    const found = steps.map(({ op }) => kinds[op] ?? "changed");
    return order.find((kind) => found.includes(kind)) ?? "same";
}

/** The Deployment whose component the resource is, or is somewhere below. */
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
    const [, component] = componentType.exec(type) ?? [];
    return component === undefined ? undefined : { component, name };
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
