import { azureTokens } from "../../components/azure/login";
import { CommandError, log } from "../command";
import { adopt, pendingCreates } from "./adopt";
import { findApplication, purgeAzure } from "./azurePurge";
import { idOf } from "./ids";
import { exportState, PulumiStack } from "./stack";
import {
    expiresInState,
    remainingResources,
    shortName,
    STACK,
    testStackIn,
    type ExportedState,
    type FoundTestStack,
} from "./state";

/**
 * Tears one stack down. Destroys the env vars first, then the credentials, then the secrets, as their dependencies
 * require. Then purges what Azure keeps, and finally removes the stack itself: its state is needed until then. If it is
 * interrupted at any point, it can be run again.
 *
 * @param found the stack's state
 * @param signal aborted, with the reason, if teardown was interrupted
 * @throws Error with the reason if the stack or a part of it still exists
 */
export async function tearDown(name: string, found: ExportedState, signal: AbortSignal): Promise<void> {
    await PulumiStack.with(name, signal, async (stack) => {
        const token = azureTokens();
        const testStack = testStackIn(found);
        if (testStack !== undefined && pendingCreates(found).length > 0) {
            await adoptPendingCreates(stack, testStack, (displayName) => findApplication(displayName, token));
        }
        if (hasOtherResources(found, testStack?.urn)) {
            log(`${name}: destroying`);
            await stack.destroyAllBut(testStack === undefined ? [] : [testStack.urn]);
        }
        if (testStack?.azure !== undefined) {
            await purgeAzure(testStack.azure, {
                token,
                signal,
                log: (line) => {
                    log(`${name}: ${line}`);
                },
            });
        }
        const left = remainingResources((await exportState(name)) ?? found);
        if (left.length > 0) {
            throw new CommandError(`still in its state: ${left.map(shortName).join(", ")}`);
        }
        await stack.remove();
    });
}

/**
 * Finds the resources whose create was interrupted and adds them to the state.
 *
 * @param find returns the object id of an app registration by its display name; `undefined` if there is none
 */
export async function adoptPendingCreates(
    stack: PulumiStack,
    testStack: FoundTestStack,
    find: (displayName: string) => Promise<string | undefined>,
): Promise<void> {
    // A running up also has pending creates, and its state must not be overwritten. This refresh has nothing to read,
    // but it needs the lock: if it succeeds, no up is running.
    await stack.refresh([testStack.urn]);
    const found = await exportState(stack.name);
    const creates = found === undefined ? [] : pendingCreates(found);
    if (found === undefined || creates.length === 0) {
        return;
    }
    if (expiresInState(found) === undefined) {
        throw new CommandError("it no longer has `expires`: a pulumi up has ended meanwhile");
    }
    log(`${stack.name}: looking for resources of an interrupted up: ${creates.map(shortName).join(", ")}`);
    const context = { azureSubscriptionId: testStack.azure?.subscriptionId, findApplication: find };
    const ids = new Map<string, string>();
    for (const resource of creates) {
        const id = resource.id ?? (await idOf(resource, context));
        if (id !== undefined) {
            ids.set(resource.urn, id);
        }
    }
    const { state, unverified } = adopt(found, ids);
    await stack.replace(found, state);
    if (unverified.length > 0) {
        await stack.refresh(unverified);
    }
}

/** Whether the state has anything besides the stack and the test stack component, e.g. a default provider. */
function hasOtherResources({ deployment }: ExportedState, testStack: string | undefined): boolean {
    return (deployment.resources ?? []).some(({ type, urn }) => type !== STACK && urn !== testStack);
}
