import { CommandError, say } from "../command";
import { adopt, pendingCreates } from "./adopt";
import { azureTokens } from "./azureLogin";
import { findApplication, purgeAzure } from "./azurePurge";
import { idOf } from "./ids";
import { exportState, StackInPulumi } from "./stack";
import { shortName, STACK, testStackIn, thingsIn, type ExportedState, type FoundTestStack } from "./state";

/**
 * Tears one stack down: env vars first, credentials next, secrets last, which is the order of its dependencies; then
 * what Azure keeps of it; then the stack itself, whose state says until then what there is to do. Broken off anywhere, it
 * can be run again.
 *
 * @param found its state, by which it was decided to
 * @param signal that it is to stop, with the reason
 * @throws Error that says why the stack, or a part of it, is still there
 */
export async function tearDown(name: string, found: ExportedState, signal: AbortSignal): Promise<void> {
    await StackInPulumi.with(name, signal, async (stack) => {
        const token = azureTokens();
        const testStack = testStackIn(found);
        if (testStack !== undefined && pendingCreates(found).length > 0) {
            await adoptPendingCreates(stack, testStack, (displayName) => findApplication(displayName, token));
        }
        if (hasMoreThan(found, testStack?.urn)) {
            say(`${name}: destroying`);
            await stack.destroyAllBut(testStack === undefined ? [] : [testStack.urn]);
        }
        if (testStack?.azure !== undefined) {
            await purgeAzure(testStack.azure, {
                token,
                signal,
                say: (line) => {
                    say(`${name}: ${line}`);
                },
            });
        }
        const left = thingsIn((await exportState(name)) ?? found);
        if (left.length > 0) {
            throw new CommandError(`still in its state: ${left.map(shortName).join(", ")}`);
        }
        await stack.remove();
    });
}

/** Makes resources of the creates that broke off, where there is anything. `find` gives an app registration's object id. */
export async function adoptPendingCreates(
    stack: StackInPulumi,
    testStack: FoundTestStack,
    find: (displayName: string) => Promise<string | undefined>,
): Promise<void> {
    // An up that is at work has creates under way too, and its state is not to be overwritten. This has nothing to read,
    // but needs the lock: from here on nobody is at work.
    await stack.refresh([testStack.urn]);
    const found = await exportState(stack.name);
    const creates = found === undefined ? [] : pendingCreates(found);
    if (found === undefined || creates.length === 0) {
        return;
    }
    say(`${stack.name}: looking for what an up was creating when it broke off: ${creates.map(shortName).join(", ")}`);
    const context = { azureSubscriptionId: testStack.azure?.subscriptionId, findApplication: find };
    const ids = new Map<string, string>();
    for (const resource of creates) {
        const id = resource.id ?? (await idOf(resource, context));
        if (id !== undefined) {
            ids.set(resource.urn, id);
        }
    }
    const { state, unsure } = adopt(found, ids);
    await stack.import(state);
    if (unsure.length > 0) {
        await stack.refresh(unsure);
    }
}

/** Whether there is anything besides the stack and what says that it may go: a default provider at least. */
function hasMoreThan({ deployment }: ExportedState, testStack: string | undefined): boolean {
    return (deployment.resources ?? []).some(({ type, urn }) => type !== STACK && urn !== testStack);
}
