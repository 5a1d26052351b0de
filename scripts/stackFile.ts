import { parse } from "yaml";
import { expiresIn } from "../stack/expires";
import { CommandError } from "./command";

/**
 * Returns the value of `expires` in the text of a stack's file; `undefined` if it has none.
 *
 * @param name the file's name, for messages
 * @throws CommandError if the text is not YAML
 */
export function configuredExpires(name: string, text: string): unknown {
    const { config } = (parsed(name, text) ?? {}) as { config?: Readonly<Record<string, unknown>> | null };
    return expiresIn(config);
}

function parsed(name: string, text: string): unknown {
    try {
        // Pulumi merges mappings too (`<<`).
        return parse(text, { merge: true, prettyErrors: false });
    } catch (error) {
        throw new CommandError(`${name} is not valid YAML: ${(error as Error).message}. Correct the file`, 2);
    }
}
