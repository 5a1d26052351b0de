import { CommandError } from "../command";
import { pulumiOrThrow } from "../pulumi";

/** What a local project needs from a Deployment's stack outputs. */
export interface StackEnv {
    /** The kind of its backend. */
    readonly backend: string;
    /** Values of the env vars by name, including credentials. */
    readonly envVars: Readonly<Record<string, string>>;
    /** The Airflow provider package, as `name>=version`. */
    readonly requirement: string;
    readonly testSecrets: boolean;
    /** Set if it logs in without a credential. */
    readonly pods?: object;
}

/** The stack's outputs; see `index.ts`. */
interface Outputs {
    readonly deployments?: Readonly<Record<string, Omit<StackEnv, "envVars">>>;
    readonly env?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Reads a Deployment's env vars from the stack's outputs. Pulumi needs access to the stack's secrets: its passphrase or
 * permission to use its key.
 *
 * @throws CommandError with Pulumi's message, or if the stack has no such Deployment
 */
export async function readStackEnv(stack: string, deployment: string): Promise<StackEnv> {
    const text = await pulumiOrThrow(["stack", "output", "--json", "--show-secrets", "--stack", stack]);
    const { deployments = {}, env = {} } = JSON.parse(text) as Outputs;
    const found = Object.hasOwn(deployments, deployment) ? deployments[deployment] : undefined;
    const envVars = Object.hasOwn(env, deployment) ? env[deployment] : undefined;
    if (found === undefined || envVars === undefined) {
        const names = Object.keys(env).sort().join(", ");
        throw new CommandError(
            `Stack ${stack} has no Deployment "${deployment}"${names === "" ? "" : `, only: ${names}`}. ` +
                (names === "" ? `Bring it up first: pulumi up --stack ${stack}` : "Check --deployment"),
        );
    }
    if (found.pods !== undefined) {
        throw new CommandError(
            `Deployment "${deployment}" of stack ${stack} has no credential: it logs in with the token of its pods, which a ` +
                "local Airflow does not have. Choose a Deployment that logs in with a credential",
        );
    }
    return { ...found, envVars };
}
