import * as pulumi from "@pulumi/pulumi";
import { isPast } from "./expires";
import { registered } from "./registered";
import type { StateResource } from "./stateResource";
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
    private constructor(args: TestStackArgs | Record<string, never>) {
        super(testStackType, "expires", args);
        this.registerOutputs({});
    }

    /** Creates the component and waits until it is in the state. Warns if the stack has expired. */
    static async register(args: TestStackArgs): Promise<void> {
        if (isPast(args.expires, new Date())) {
            await pulumi.log.warn(
                `This stack has expired (${args.expires}): the next teardown of expired stacks removes it. Set a later ` +
                    "expires to keep it.",
            );
        }
        await registered(new TestStack(args));
    }

    /**
     * Takes `expires` out of the state, before anything else happens, if an earlier run has written it there. The component
     * itself stays: the engine would delete it at the end of the run only, and not at all if the run fails.
     */
    static async unregister(state: readonly StateResource[]): Promise<void> {
        if (state.some(({ type }) => type === testStackType)) {
            await registered(new TestStack({}));
        }
    }
}
