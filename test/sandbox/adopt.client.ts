// Runs only the part of teardown that adopts interrupted creates: `adopt.client.ts <stack>`.
import { azureTokens } from "../../components/azure/login";
import { findApplication } from "../../scripts/teardown/azurePurge";
import { exportState, PulumiStack } from "../../scripts/teardown/stack";
import { testStackIn } from "../../scripts/teardown/state";
import { adoptPendingCreates } from "../../scripts/teardown/tearDown";

async function main([name = ""]: readonly string[]): Promise<void> {
    const state = await exportState(name);
    const testStack = state && testStackIn(state);
    if (testStack === undefined) {
        throw new Error(`there is no test stack ${name}`);
    }
    const token = azureTokens();
    await PulumiStack.with(name, new AbortController().signal, (stack) =>
        adoptPendingCreates(stack, testStack, (displayName) => findApplication(displayName, token)),
    );
}

main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
