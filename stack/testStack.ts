import * as pulumi from "@pulumi/pulumi";
import { testStackType } from "./testStackConfig";

/** What teardown has to know of a stack, as it stands in the stack's state. */
export interface TestStackArgs {
    /** When the stack may be torn down, as RFC 3339 writes it. */
    readonly expires: string;
    /** What each service keeps when the stack is destroyed, and teardown purges, by service. */
    readonly [service: string]: object | string;
}

/**
 * Says in the state that the stack is one that is torn down. Its inputs are there before anything else of the stack is,
 * and after an `up` that broke off, which has no outputs yet.
 */
export class TestStack extends pulumi.ComponentResource {
    constructor(args: TestStackArgs) {
        super(testStackType, "expires", args);
        this.registerOutputs({});
    }

    /** Makes one, and waits until it is in the state. */
    static async register(args: TestStackArgs): Promise<void> {
        const { urn } = new TestStack(args);
        await new Promise<void>((resolve) => {
            urn.apply(() => {
                resolve();
            });
        });
    }
}
