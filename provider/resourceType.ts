/** A resource's properties as plain JSON. In a preview a value may be `UNKNOWN`. */
export type Properties = Record<string, unknown>;

/** The engine's placeholder for a value that is not known yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A live resource: its id in Pulumi's state, the inputs that would create it, and all of its properties. */
export interface LiveResource {
    readonly id: string;
    readonly inputs: Properties;
    readonly outputs: Properties;
}

/** The context of an engine's call. */
export interface Context {
    /** Logs a message for the resource. */
    readonly log: Log;
    /** Aborted if the engine is told to stop. */
    readonly signal: AbortSignal;
    /** The resource's timeout in the program (`customTimeouts`), in milliseconds. */
    readonly timeoutMs: number | undefined;
}

/**
 * A `progress` message is ephemeral: the next message overwrites it in an interactive terminal; elsewhere it is not
 * shown.
 */
export type Log = (severity: "progress" | "info" | "warning", message: string) => void;

/**
 * The resource was created or updated, but is not ready. It is stored in the state as failed to initialize, and the
 * next `up` continues with it.
 */
export class NotReady extends Error {
    /** @param message is stored in the state */
    constructor(
        message: string,
        readonly resource: Omit<LiveResource, "inputs">,
    ) {
        super(message);
    }
}

/** A type of resource: its properties and its operations. */
export interface ResourceType {
    /** All input names. Any other input is an error that names it. */
    readonly inputs: readonly string[];
    readonly required: readonly string[];
    /** Property paths whose change replaces the resource. A path such as `metadata.name` is only that part. */
    readonly replaceOn: readonly string[];
    /**
     * Inputs that ask for something in this run only. They are a change whenever the program sets them, and none when it
     * no longer does.
     */
    readonly once?: readonly string[];
    /** Outputs that only the service knows: unknown in a preview. */
    readonly computed: readonly string[];
    /** Outputs that are always secret, whatever the inputs are. */
    readonly secrets: readonly string[];
    /** Sets the defaults that the official plugin sets. `old` are the old inputs of an update. */
    check?(inputs: Properties, context: { readonly name: string; readonly old: Properties | undefined }): Properties;
    /** Validates the inputs with the service, if it supports that. An input may be `UNKNOWN`. */
    preview?(inputs: Properties): Promise<void>;
    create(inputs: Properties, context: Context): Promise<Omit<LiveResource, "inputs">>;
    /** Returns `undefined` if the resource was deleted. */
    read(id: string, inputs: Properties, outputs: Properties, context: Context): Promise<LiveResource | undefined>;
    /** Returns the new outputs. Not defined if every change replaces the resource. */
    update?(id: string, inputs: Properties, outputs: Properties, context: Context): Promise<Properties>;
    /** Succeeds if the resource is already deleted. */
    delete(id: string, outputs: Properties, context: Context): Promise<void>;
}

/** A function that a program can invoke. */
export interface FunctionType {
    readonly inputs: readonly string[];
    /** Outputs that are secret. */
    readonly secrets?: readonly string[];
    /** @param cancelled aborted if Pulumi has been told to stop; the sandbox's provider host does not pass it */
    call(inputs: Properties, cancelled?: AbortSignal): Promise<Properties>;
}

/** A Pulumi package: its resource types and functions by token. */
export interface Package {
    readonly name: string;
    /** The plugin's version. A real plugin has the same version as its SDK. */
    readonly version: string;
    /** Called with the provider's settings before any other call. In a preview a setting may be `UNKNOWN`. */
    readonly configure?: (settings: Properties) => void;
    readonly resources: Readonly<Record<string, ResourceType>>;
    readonly functions: Readonly<Record<string, FunctionType>>;
}

/** Whether any part of a value is not known yet. */
export function hasUnknown(value: unknown): boolean {
    if (typeof value === "object" && value !== null) {
        return Object.values(value).some(hasUnknown);
    }
    return value === UNKNOWN;
}
