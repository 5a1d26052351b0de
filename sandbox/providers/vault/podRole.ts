import { isDeepStrictEqual } from "node:util";
import { isMapping } from "../../../lib/json";
import type { Properties } from "../../../provider/resourceType";
import type { BridgedType, Property } from "../bridge/schema";
import { withErrorPrefix } from "../withErrorPrefix";
import { vault, vaultIfFound } from "./client";
import { inputsOf, liveValues, tokenSettings, type Settings } from "./settings";

/** Roles of the auth methods that accept the tokens of pods. */

interface RoleKind {
    /** The auth method in the plugin's messages. */
    readonly title: string;
    readonly settings: Settings;
    readonly required: readonly string[];
    /** Inputs whose change replaces the role. */
    readonly replacing: readonly string[];
    /** Returns what each write sends, whether it has changed or not. */
    readonly always: (inputs: Properties) => object;
    /** Returns outputs that differ from Vault's answer. */
    readonly outputs: (found: Properties) => Properties;
    /** What follows a failed deletion, before Vault's answer; `undefined` if the plugin does not tell that. */
    readonly deletion: string | undefined;
}

/** `vault:kubernetes/authBackendRole:AuthBackendRole` */
export const kubernetesRole = podRole({
    title: "Kubernetes",
    settings: {
        aliasNameSource: { name: "alias_name_source", defaultValue: undefined, property: { computed: true } },
        audience: { name: "audience", defaultValue: "" },
        boundServiceAccountNames: {
            name: "bound_service_account_names",
            defaultValue: [],
            property: { form: "set" },
        },
        boundServiceAccountNamespaces: {
            name: "bound_service_account_namespaces",
            defaultValue: [],
            property: { form: "set" },
        },
        boundServiceAccountNamespaceSelector: { name: "bound_service_account_namespace_selector", defaultValue: "" },
    },
    required: ["boundServiceAccountNames"],
    replacing: [],
    always: ({ boundServiceAccountNames, boundServiceAccountNamespaces, boundServiceAccountNamespaceSelector }) => ({
        bound_service_account_names: boundServiceAccountNames,
        bound_service_account_namespaces: boundServiceAccountNamespaces,
        bound_service_account_namespace_selector: boundServiceAccountNamespaceSelector ?? "",
    }),
    outputs: () => ({}),
    deletion: undefined,
});

/** `vault:jwt/authBackendRole:AuthBackendRole` */
export const jwtRole = podRole({
    title: "JWT",
    settings: {
        allowedRedirectUris: { name: "allowed_redirect_uris", defaultValue: [], property: { form: "set" } },
        boundAudiences: { name: "bound_audiences", defaultValue: [], property: { form: "set" } },
        boundClaims: { name: "bound_claims", defaultValue: {}, property: { form: "map" } },
        boundClaimsType: { name: "bound_claims_type", defaultValue: undefined, property: { computed: true } },
        boundSubject: { name: "bound_subject", defaultValue: "" },
        claimMappings: { name: "claim_mappings", defaultValue: {}, property: { form: "map" } },
        clockSkewLeeway: { name: "clock_skew_leeway", defaultValue: 0, property: { default: 0 } },
        expirationLeeway: { name: "expiration_leeway", defaultValue: 0, property: { default: 0 } },
        groupsClaim: { name: "groups_claim", defaultValue: "" },
        maxAge: { name: "max_age", defaultValue: 0 },
        notBeforeLeeway: { name: "not_before_leeway", defaultValue: 0, property: { default: 0 } },
        oidcScopes: { name: "oidc_scopes", defaultValue: [], property: { form: "set" } },
        roleType: { name: "role_type", defaultValue: undefined, property: { computed: true } },
        userClaim: { name: "user_claim", defaultValue: "" },
        userClaimJsonPointer: { name: "user_claim_json_pointer", defaultValue: false, property: { default: false } },
        verboseOidcLogging: { name: "verbose_oidc_logging", defaultValue: false, property: { default: false } },
    },
    required: ["userClaim"],
    replacing: ["roleType"],
    always: ({ boundClaims, ...inputs }) => ({
        bound_audiences: inputs.boundAudiences ?? [],
        bound_claims: isMapping(boundClaims)
            ? Object.fromEntries(Object.entries(boundClaims).map(([claim, values]) => [claim, partsOf(values)]))
            : {},
        user_claim: inputs.userClaim,
        role_type: inputs.roleType,
    }),
    outputs: ({ bound_claims: claims }) =>
        isMapping(claims)
            ? {
                  boundClaims: Object.fromEntries(
                      Object.entries(claims).map(([claim, values]) => [
                          claim,
                          Array.isArray(values) ? values.join(",") : values,
                      ]),
                  ),
              }
            : {},
    deletion: ", err=",
});

/** The values of a claim are one text with commas. */
const partsOf = (values: unknown): string[] =>
    String(values)
        .split(",")
        .map((value) => value.trim());

function podRole({ title, settings: own, required, replacing, always, outputs, deletion }: RoleKind): BridgedType {
    const settings = { ...own, ...tokenSettings };
    const role = (path: string): string => `${title} auth backend role ${JSON.stringify(path)}`;
    const optional = Object.entries(inputsOf(settings)).map(([input, property]): [string, Property] => [
        input,
        {
            ...property,
            ...(required.includes(input) ? { input: "required" as const } : {}),
            ...(replacing.includes(input) ? { replaces: true as const } : {}),
        },
    ]);
    return {
        properties: {
            backend: { input: "optional", replaces: true },
            namespace: { input: "optional", replaces: true },
            roleName: { input: "required", replaces: true },
            ...Object.fromEntries(optional),
        },
        async create(inputs) {
            const path = `auth/${String(inputs.backend)}/role/${String(inputs.roleName)}`;
            await write("writing", path, inputs, {});
            return { id: path, outputs: { ...inputs, ...(await readRole(path, inputs)) } };
        },
        async read(id, state) {
            const found = await readRole(id, state);
            const [, backend, roleName] = /^auth\/(.+)\/role\/(.+)$/.exec(id) ?? [];
            return found === undefined ? undefined : { backend, roleName, namespace: state.namespace, ...found };
        },
        async update(id, inputs, state) {
            await write("updating", id, inputs, state);
            return { ...inputs, ...(await readRole(id, inputs)) };
        },
        async delete(id, { namespace }) {
            const deleted = vaultIfFound({ method: "DELETE", path: id, namespace });
            const message = `error deleting ${role(id)}`;
            if (deletion !== undefined) {
                await withErrorPrefix(message + deletion, deleted);
                return;
            }
            await deleted.catch((error: unknown) => {
                throw new Error(message, { cause: error });
            });
        },
    };

    /** Sends the settings that differ from those in the state. */
    async function write(verb: string, path: string, inputs: Properties, state: Properties): Promise<void> {
        const changed = Object.entries(settings).flatMap(([input, { name, defaultValue }]): [string, unknown][] => {
            const now = inputs[input] ?? defaultValue;
            return isDeepStrictEqual(now, state[input] ?? defaultValue) ? [] : [[name, now]];
        });
        const body = { ...Object.fromEntries(changed), ...always(inputs) };
        const request = { method: "PUT", path, namespace: inputs.namespace, body } as const;
        await withErrorPrefix(`error ${verb} ${role(path)}: `, vault(request));
    }

    async function readRole(path: string, { namespace }: Properties): Promise<Properties | undefined> {
        const answer = vaultIfFound({ method: "GET", path, namespace });
        const found = await withErrorPrefix(`error reading ${role(path)}: `, answer);
        return found === undefined ? undefined : { ...liveValues(settings, found), ...outputs(found) };
    }
}
