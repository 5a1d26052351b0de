import type { FunctionType, Properties } from "../../../../provider/resourceType";

/** One type of resource, as the official plugin for Azure handles all that are no exception. */
export interface NativeType {
    /** Every input that the host knows; another one is an error that names it. */
    readonly inputs: readonly string[];
    readonly required: readonly string[];
    /** Paths of the inputs that make up the id, or that Azure does not change: another value makes a new resource. */
    readonly replaceOn: readonly string[];
    /** Of Azure's API, which is an input too; left out where the type has none. */
    readonly apiVersion?: string;
    /** Gives the outputs, as they are read back. */
    create(inputs: Properties): Promise<{ readonly id: string; readonly outputs: Properties }>;
    /** Gives the outputs, or `undefined` where the thing is gone. */
    read(id: string, inputs: Properties): Promise<Properties | undefined>;
    update(inputs: Properties): Promise<Properties>;
    delete(id: string, inputs: Properties): Promise<void>;
    /** What of the outputs could be said as an input: in it a refresh sees what has changed. */
    settable(outputs: Properties): Properties;
}

export interface NativePackage {
    readonly name: string;
    /** The SDK's version, which is what a real plugin would say. */
    readonly version: string;
    readonly resources: Readonly<Record<string, NativeType>>;
    readonly functions: Readonly<Record<string, FunctionType>>;
}
