import type { Properties } from "../../../provider/resourceType";
import type { Property } from "../bridge/schema";

/** A setting of a role: its name in Vault's API, and Vault's value if it is not set. */
export interface Setting {
    readonly name: string;
    readonly defaultValue: unknown;
    readonly property?: Property;
}

/** By input. */
export type Settings = Readonly<Record<string, Setting>>;

/** The settings of the tokens that a login returns. The roles of every auth method have them. */
export const tokenSettings: Settings = {
    aliasMetadata: { name: "alias_metadata", defaultValue: {}, property: { form: "map" } },
    tokenBoundCidrs: { name: "token_bound_cidrs", defaultValue: [], property: { form: "set" } },
    tokenExplicitMaxTtl: { name: "token_explicit_max_ttl", defaultValue: 0 },
    tokenMaxTtl: { name: "token_max_ttl", defaultValue: 0 },
    tokenNoDefaultPolicy: { name: "token_no_default_policy", defaultValue: false },
    tokenNumUses: { name: "token_num_uses", defaultValue: 0 },
    tokenPeriod: { name: "token_period", defaultValue: 0 },
    tokenPolicies: { name: "token_policies", defaultValue: [], property: { form: "set" } },
    tokenTtl: { name: "token_ttl", defaultValue: 0 },
    tokenType: { name: "token_type", defaultValue: "default" },
};

/** Returns the settings as optional inputs. */
export function inputsOf(settings: Settings): Readonly<Record<string, Property>> {
    return Object.fromEntries(
        Object.entries(settings).map(([input, { property }]) => [input, { input: "optional" as const, ...property }]),
    );
}

/** Returns the values of the settings in Vault's answer. */
export function liveValues(settings: Settings, found: Properties): Properties {
    return Object.fromEntries(
        Object.entries(settings).map(([input, { name, defaultValue }]): [string, unknown] => [
            input,
            found[name] ?? defaultValue,
        ]),
    );
}
