import { SandboxError } from "../progress";

/**
 * Which provider plugins the sandbox runs: `auto`, official ones where there are any and the provider host for the
 * others; `official`, official ones only; `host`, the provider host only.
 */
export const pluginModes = ["auto", "official", "host"] as const;

export type PluginMode = (typeof pluginModes)[number];

/** What `SANDBOX_PLUGINS` says, which tests and `--plugins` set; `auto` where it says nothing. */
export function pluginMode(): PluginMode {
    const { SANDBOX_PLUGINS: text = "" } = process.env;
    const mode = pluginModes.find((each) => each === (text || "auto"));
    if (mode === undefined) {
        throw new SandboxError(`SANDBOX_PLUGINS is "${text}". Allowed: ${pluginModes.join(", ")}`);
    }
    return mode;
}
