// Most official plugins are Terraform providers behind the Pulumi Terraform Bridge, and behave alike as far as the
// bridge is concerned. These types describe what the bridge knows about a resource type.
import { isMapping } from "../../../lib/json";
import type { FunctionType, Properties } from "../../../provider/resourceType";

/** One property of a resource type, as in the official plugin's schema. */
export interface Property {
    /** Whether it is an optional or a required input. If absent, the property is only an output. */
    readonly input?: "optional" | "required";
    /** The value that the plugin fills in if the program does not set the input. */
    readonly default?: unknown;
    /** If the program does not set it, the service does: it is unknown in a preview and never a difference. */
    readonly computed?: true;
    readonly secret?: true;
    /** A change replaces the resource; with `delete first`, the old one is deleted before the new one is created. */
    readonly replaces?: true | "delete first";
    /** The output if neither the program nor the service sets a value; default: null. */
    readonly unset?: unknown;
    /**
     * `json`: a string that is compared as JSON. `set`: an unordered list. `map`: its keys are data, not properties.
     */
    readonly form?: "json" | "list" | "set" | "map";
    /** The fields of an object. Outputs contain all of them, null if not set. */
    readonly fields?: Readonly<Record<string, Property>>;
}

/** What the bridge stores as `__meta` in the outputs. */
export interface TerraformMeta {
    /** The Terraform provider's timeout per operation. */
    readonly timeoutMinutes: Readonly<Partial<Record<"create" | "delete" | "read" | "update", number>>>;
    /** Absent for the first version of a schema. */
    readonly schemaVersion?: number;
}

/** A resource type. `state` is the outputs in Pulumi's state; it is empty in an import. */
export interface BridgedType {
    readonly properties: Readonly<Record<string, Property>>;
    /** Whether an import's id can end with the resource's region: `<id>@<region>`. */
    readonly isRegional?: true;
    /** What the bridge adds to the outputs. Only for a Terraform resource with timeouts. */
    readonly meta?: TerraformMeta;
    /** Returns the outputs that the plugin computes itself in a preview, without a call to the service. */
    predictOutputs?(inputs: Properties): Properties;
    /**
     * Asks the service whether it would accept the inputs, if the plugin does so: in a preview and before each change.
     */
    preview?(inputs: Properties, state: Properties | undefined): Promise<void>;
    /** Returns the outputs. Missing ones are filled in from the schema. */
    create(inputs: Properties): Promise<{ readonly id: string; readonly outputs: Properties }>;
    /** Returns `undefined` if the resource does not exist. */
    read(id: string, state: Properties): Promise<Properties | undefined>;
    /** Absent if every change replaces the resource. */
    update?(id: string, inputs: Properties, state: Properties): Promise<Properties>;
    delete(id: string, state: Properties): Promise<void>;
}

/** A Pulumi package that is a bridged Terraform provider. */
export interface BridgedPackage {
    readonly name: string;
    /** The version of the SDK, which a real plugin would report. */
    readonly version: string;
    readonly resources: Readonly<Record<string, BridgedType>>;
    readonly functions: Readonly<Record<string, FunctionType>>;
    /** Returns the provider configuration that the plugin reads from env vars. */
    readonly settings?: () => Properties;
    /** Logs in with the plugin's credential, before the engine's first call. */
    readonly logIn?: () => Promise<void>;
    /** Whether Read keeps an empty `__defaults` list in the inputs. */
    readonly keepsEmptyDefaults?: true;
}

/** Returns the names of the properties that satisfy `predicate`. */
export function propertyNames({ properties }: BridgedType, predicate: (property: Property) => boolean): string[] {
    return Object.keys(properties).filter((name) => properties[name] !== undefined && predicate(properties[name]));
}

/** The key below which the bridge lists the inputs that the plugin filled in. */
export const DEFAULTS = "__defaults";

/** Whether a value is absent or a zero value, which a service stores if none was set. The bridge treats them alike. */
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
