import { setTimeout } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentProvider } from "../components/deploymentProvider";

const CHECK_MS = 1_000;

/**
 * Waits during an operation that the engine has asked for. After Ctrl-C, the engine waits for such operations to end.
 *
 * @throws Error if the run has been cancelled
 */
export async function sleepUnlessCancelled(ms: number, provider: DeploymentProvider): Promise<void> {
    for (let left = ms; left > 0; left -= CHECK_MS) {
        await setTimeout(Math.min(left, CHECK_MS));
        const { cancelled } = (await pulumi.runtime.invoke(
            "airflow-deployment:index:isCancelled",
            {},
            { provider },
        )) as {
            cancelled: boolean;
        };
        if (cancelled) {
            throw new Error("pulumi up was cancelled before the credential could read. The env vars were not changed");
        }
    }
}
