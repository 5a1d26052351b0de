import * as pulumi from "@pulumi/pulumi";
import { registered } from "./registered";
import { testStackType } from "./testStackConfig";

/** What teardown needs to know about a stack; stored in the stack's state. */
export interface TestStackArgs {
    /** When the stack may be torn down, as an RFC 3339 time. */
    readonly expires: string;
    /** By service: what it keeps of a destroyed stack, so that teardown has to purge it. Only Azure keeps something. */
    readonly [service: string]: object | string;
}

/**
 * Marks a stack in its state as a test stack, which may be torn down. Its inputs are in the state before any other
 * resource is created, and also after an interrupted `up`, when the stack has no outputs yet.
 */
export class TestStack extends pulumi.ComponentResource {
    constructor(args: TestStackArgs) {
        super(testStackType, "expires", args);
        this.registerOutputs({});
    }

    /** Creates the component and waits until it is in the state. */
    static async register(args: TestStackArgs): Promise<void> {
        await registered(new TestStack(args));
    }
}
