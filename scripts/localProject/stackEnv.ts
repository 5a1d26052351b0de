import { CommandError } from "../command";
import { succeed } from "../pulumi";

/** What a stack gives a Deployment, as far as a local project wants it. */
export interface StackEnv {
    /** Values by name, credentials too. */
    readonly variables: Readonly<Record<string, string>>;
    /** Of the provider package: `name>=version`. */
    readonly requirement: string;
    readonly testSecrets: boolean;
}

/** The stack's outputs; see `index.ts`. */
interface Outputs {
    readonly deployments?: Readonly<Record<string, { readonly requirement: string; readonly testSecrets: boolean }>>;
    readonly env?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Reads a Deployment's env vars from the stack, for which Pulumi needs what protects the stack's secrets: its passphrase,
 * or the right to use its key.
 *
 * @throws CommandError in Pulumi's own words, or where the stack has no such Deployment
 */
export async function readStackEnv(stack: string, deployment: string): Promise<StackEnv> {
    const text = await succeed(["stack", "output", "--json", "--show-secrets", "--stack", stack]);
    const { deployments = {}, env = {} } = JSON.parse(text) as Outputs;
    const found = Object.hasOwn(deployments, deployment) ? deployments[deployment] : undefined;
    const variables = Object.hasOwn(env, deployment) ? env[deployment] : undefined;
    if (found === undefined || variables === undefined) {
        const names = Object.keys(env).sort().join(", ");
        throw new CommandError(
            `Stack ${stack} has no Deployment "${deployment}"${names === "" ? "" : `, only: ${names}`}. ` +
                (names === "" ? `Bring it up first: pulumi up --stack ${stack}` : "Check --deployment"),
        );
    }
    return { ...found, variables };
}
