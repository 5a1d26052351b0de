/** A resource's properties as plain JSON. In a preview a value may be `UNKNOWN`. */
export type Properties = Record<string, unknown>;

/** Stands for a value that is not known yet, in the engine's own notation. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What a service holds: its id in Pulumi's state, the inputs that would make it, and all of its properties. */
export interface Live {
    readonly id: string;
    readonly inputs: Properties;
    readonly outputs: Properties;
}

/** What a call of the engine brings along. */
export interface Context {
    /** Says something beside the resource, while it is being made or changed. */
    readonly log: Log;
    /** Set when the engine is told to stop. */
    readonly signal: AbortSignal;
    /** How long the program lets it take, `customTimeouts`, in milliseconds. */
    readonly timeoutMs: number | undefined;
}

/** `progress` is overwritten by the next message where Pulumi's output can be, and shown nowhere else. */
export type Log = (severity: "progress" | "info" | "warning", message: string) => void;

/** It has been made or changed, and is not as it is to be yet: it is in the state, and the next `up` goes on with it. */
export class NotReady extends Error {
    /** @param message is kept in the state */
    constructor(
        message: string,
        readonly made: Omit<Live, "inputs">,
    ) {
        super(message);
    }
}

/** One type of resource: what it takes, and how it is made, read, changed and removed. */
export interface ResourceType {
    /** Every input there is; another one is an error that names it. */
    readonly inputs: readonly string[];
    readonly required: readonly string[];
    /** Inputs whose change makes a new resource; a path such as `metadata.name` means that part alone. */
    readonly replaceOn: readonly string[];
    /** Outputs that only the service knows: unknown in a preview. */
    readonly computed: readonly string[];
    /** Outputs that are secret whatever the inputs were. */
    readonly secrets: readonly string[];
    /** Fills in what the official plugin fills in. `old` are the inputs of an update. */
    check?(inputs: Properties, context: { readonly name: string; readonly old: Properties | undefined }): Properties;
    /** Asks the service whether it would accept this, where it can be asked. An input may be `UNKNOWN`. */
    preview?(inputs: Properties): Promise<void>;
    create(inputs: Properties, context: Context): Promise<Omit<Live, "inputs">>;
    /** Gives `undefined` where the thing is gone. */
    read(id: string, inputs: Properties, outputs: Properties): Promise<Live | undefined>;
    /** Gives the new outputs. Left out where every change makes a new resource. */
    update?(id: string, inputs: Properties, outputs: Properties, context: Context): Promise<Properties>;
    /** A thing that is gone already is no error. */
    delete(id: string, outputs: Properties, context: Context): Promise<void>;
}

/** One function that a program can call. */
export interface FunctionType {
    readonly inputs: readonly string[];
    /** Outputs that are secret. */
    readonly secrets?: readonly string[];
    call(inputs: Properties): Promise<Properties>;
}

/** A Pulumi package: its types and functions by token. */
export interface Package {
    readonly name: string;
    /** The SDK's version, which is what a real plugin would say. */
    readonly version: string;
    /** Told of the provider's own settings before any other call; in a preview one may be `UNKNOWN`. */
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
