import { ROTATE_ENV, type RotateRequest } from "../../stack/rotateRequest";
import { CommandError, log } from "../command";
import { previewStack } from "../preview/stackPreview";
import { pulumi } from "../pulumi";
import { hasChanges, otherChanges } from "./others";

export interface RotateOptions {
    readonly stack: string;
    /** Names of the Deployments. Default: all. */
    readonly deployments?: readonly string[] | undefined;
    /** Whether only what is due is rotated. */
    readonly due: boolean;
    /** Whether the old credentials are deleted in the same run. */
    readonly revoke: boolean;
    /** Additional arguments of `pulumi preview` and `pulumi up`. */
    readonly pulumiArgs?: readonly string[];
}

/** One `up` rotates. With --revoke, an earlier credential that is still valid may have to be deleted in a first one. */
const MOST_UPS = 3;

/**
 * Rotates credentials: previews, and goes on only if nothing else would change. Returns the exit code.
 *
 * @throws CommandError if something else would change
 */
export async function rotate({ stack, deployments, due, revoke, pulumiArgs = [] }: RotateOptions): Promise<number> {
    const request: RotateRequest = {
        madeBefore: new Date().toISOString(),
        ...(deployments === undefined ? {} : { deployments: [...deployments] }),
        revoke,
    };
    // The outputs list every Deployment, and not what changes.
    const args = ["--suppress-outputs", ...pulumiArgs];
    const env = due ? {} : { [ROTATE_ENV]: JSON.stringify(request) };
    for (let ups = 0; ; ups += 1) {
        const parts = await previewStack(stack, args, env);
        if ("output" in parts) {
            return parts.exitCode;
        }
        if (!hasChanges(parts)) {
            log(ups === 0 ? `${stack}: nothing to rotate.` : `${stack}: done.`);
            return 0;
        }
        const others = otherChanges(parts);
        if (others.length > 0) {
            const before = ups === 0 ? "Nothing was changed" : "What is shown above was changed, and nothing else";
            throw new CommandError(
                `${stack}: more than a rotation would change. ${before}. Run pulumi up first, or undo the ` +
                    `change:\n${others.map((each) => `  - ${each}`).join("\n")}`,
            );
        }
        if (ups === MOST_UPS) {
            throw new CommandError(
                `${stack}: a preview still shows changes after ${ups} runs of pulumi up, see above.`,
            );
        }
        log(`pulumi up --stack ${stack} …`);
        // One broken Deployment must not keep the others from their new credentials.
        const up = ["up", "--yes", "--skip-preview", "--continue-on-error", "--stack", stack];
        const { code } = await pulumi([...up, ...args], { show: true, env });
        if (code !== 0) {
            log(
                `${stack}: not everything was rotated. No old credential was deleted. Repair what failed, and try again.`,
            );
            return code;
        }
    }
}
