import { SandboxError } from "../progress";

/**
 * Which provider plugins the sandbox runs. `auto`: each official plugin that is available, and the provider host for
 * the others. `official`: only official plugins. `host`: only the provider host.
 */
export const pluginModes = ["auto", "official", "host"] as const;

export type PluginMode = (typeof pluginModes)[number];

/**
 * Returns the mode in the env var `SANDBOX_PLUGINS`, which tests set; default: `auto`.
 *
 * @throws SandboxError if the value is not a mode
 */
export function pluginMode(): PluginMode {
    const { SANDBOX_PLUGINS: text = "" } = process.env;
    const mode = pluginModes.find((each) => each === (text || "auto"));
    if (mode === undefined) {
        throw new SandboxError(`SANDBOX_PLUGINS is "${text}". Allowed: ${pluginModes.join(", ")}`);
    }
    return mode;
}
