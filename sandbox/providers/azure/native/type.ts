import type { FunctionType, Properties } from "../../../../provider/resourceType";

/** A resource type, with the behaviour that azure-native has for types without special handling. */
export interface NativeType {
    /** All inputs that the host knows. Any other is an error that names it. */
    readonly inputs: readonly string[];
    readonly required: readonly string[];
    /** Paths of inputs that are part of the id, or that Azure cannot update: a change replaces the resource. */
    readonly replaceOn: readonly string[];
    /** The version of Azure's API, which is also an input. Absent if the type has none. */
    readonly apiVersion?: string;
    /** Returns the outputs as they are read back. */
    create(inputs: Properties): Promise<{ readonly id: string; readonly outputs: Properties }>;
    /**
     * Returns the outputs, or `undefined` if the resource does not exist. An imported resource has only those inputs that
     * its id contains.
     */
    read(id: string, inputs: Properties): Promise<Properties | undefined>;
    update(inputs: Properties): Promise<Properties>;
    delete(id: string, inputs: Properties): Promise<void>;
    /** Returns the outputs that can be inputs. A refresh compares them to find changes. */
    inputsFrom(outputs: Properties): Properties;
}

export interface NativePackage {
    readonly name: string;
    /** The version of the SDK, which a real plugin would report. */
    readonly version: string;
    readonly resources: Readonly<Record<string, NativeType>>;
    readonly functions: Readonly<Record<string, FunctionType>>;
}
