// Most official plugins are Terraform providers behind Pulumi's bridge, and answer alike in what the bridge does: what
// stands here is what it knows of a type.
import { isMapping } from "../../../lib/json";
import type { FunctionType, Properties } from "../../../provider/resourceType";

/** One property of a type, as the official plugin's schema has it. */
export interface Property {
    /** Whether the program can say it, or has to; left out, it is an output only. */
    readonly input?: "optional" | "required";
    /** What the plugin fills in where the program says nothing. */
    readonly default?: unknown;
    /** The service says it while the program does not: unknown in a preview, and never a difference. */
    readonly computed?: true;
    readonly secret?: true;
    /** A change makes a new resource, of which the old one may have to go first. */
    readonly replaces?: true | "delete first";
    /** What it holds where neither the program nor the service says anything; null where left out. */
    readonly unset?: unknown;
    /** `json`: a text that means what it means as JSON. `set`: a list in no order. `map`: its keys are no properties. */
    readonly form?: "json" | "list" | "set" | "map";
    /** What an object is made of: the outputs hold all of it, null where nothing was said. */
    readonly parts?: Readonly<Record<string, Property>>;
}

export interface Notes {
    /** How long the provider waits. */
    readonly minutes: Readonly<Partial<Record<"create" | "delete" | "read" | "update", number>>>;
    /** Left out for the first version of a schema. */
    readonly schemaVersion?: number;
}

/** One type of resource. `held` are the outputs in Pulumi's state, empty in an import. */
export interface BridgedType {
    readonly properties: Readonly<Record<string, Property>>;
    /** What the bridge writes beside the outputs, where the Terraform provider has timeouts of its own. */
    readonly notes?: Notes;
    /** What the plugin works out itself in a preview, without asking the service. */
    foreseen?(inputs: Properties): Properties;
    /** Asks the service whether it would accept this, where the plugin does: in a preview, and before each change. */
    preview?(inputs: Properties, held: Properties | undefined): Promise<void>;
    /** Gives the outputs; what is left out is filled in by the schema. */
    create(inputs: Properties): Promise<{ readonly id: string; readonly outputs: Properties }>;
    /** Gives `undefined` where the thing is gone. */
    read(id: string, held: Properties): Promise<Properties | undefined>;
    /** Left out where every change makes a new resource. */
    update?(id: string, inputs: Properties, held: Properties): Promise<Properties>;
    delete(id: string, held: Properties): Promise<void>;
}

/** A Pulumi package that the bridge makes of a Terraform provider. */
export interface BridgedPackage {
    readonly name: string;
    /** The SDK's version, which is what a real plugin would say. */
    readonly version: string;
    readonly resources: Readonly<Record<string, BridgedType>>;
    readonly functions: Readonly<Record<string, FunctionType>>;
    /** Settings that the plugin takes from its environment and puts into its configuration. */
    readonly settings?: () => Properties;
    /** What the plugin does with its credentials before an engine's first call. */
    readonly logIn?: () => Promise<void>;
    /** Whether Read keeps an empty list of defaults among the inputs. */
    readonly keepsEmptyDefaults?: true;
}

/** The names of the properties that are so. */
export function namesOf({ properties }: BridgedType, so: (property: Property) => boolean): string[] {
    return Object.keys(properties).filter((name) => properties[name] !== undefined && so(properties[name]));
}

/** Where the bridge notes which inputs the plugin filled in. */
export const DEFAULTS = "__defaults";

/** Nothing, or what a service holds where nothing was said: the bridge does not tell them apart. */
export function isZero(value: unknown): boolean {
    return (
        value === undefined ||
        value === null ||
        value === "" ||
        value === 0 ||
        value === false ||
        (Array.isArray(value) && value.length === 0) ||
        (isMapping(value) && Object.keys(value).every((key) => key === DEFAULTS))
    );
}
