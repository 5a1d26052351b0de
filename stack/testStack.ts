import * as pulumi from "@pulumi/pulumi";
import type { AzureKept } from "../components/azure/kept";
import { componentType } from "../components/names";

/** What teardown has to know of a stack, as it stands in the stack's state. */
export interface TestStackArgs {
    /** When the stack may be torn down, as RFC 3339 writes it. */
    readonly expires: string;
    /** What Azure keeps of what is deleted, and teardown purges; nothing where no Deployment has its secrets there. */
    readonly azure?: AzureKept | undefined;
}

export const testStackType = componentType("TestStack");

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
