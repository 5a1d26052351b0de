import { knownText, knownTexts, literal } from "../grants/inputs";
import type { Inputs } from "../resourceTypes";
import { subjectOf } from "../trustedPods";

/** Whom Vault's roles for the tokens of pods let log in. A role with a wildcard, or one that checks less, is not understood. */

/** Returns whom a `vault.kubernetes.AuthBackendRole` trusts; `undefined` if the inputs are not understood. */
export function kubernetesRoleTrusts(inputs: Inputs): string[] | undefined {
    const names = literals(inputs.boundServiceAccountNames);
    const namespaces = literals(inputs.boundServiceAccountNamespaces);
    const audiences = literals(inputs.audience);
    if (isSet(inputs.boundServiceAccountNamespaceSelector) || names === undefined || namespaces === undefined) {
        return undefined;
    }
    const subjects = namespaces.flatMap((namespace) => names.map((name) => subjectOf({ namespace }, name)));
    return lines(inputs, subjects, audiences);
}

/** Returns whom a `vault.jwt.AuthBackendRole` trusts; `undefined` if the inputs are not understood. */
export function jwtRoleTrusts(inputs: Inputs): string[] | undefined {
    const { roleType, boundClaims, boundClaimsType = "string" } = inputs;
    const claims = Object.entries((boundClaims ?? {}) as Inputs);
    const isExact = boundClaimsType === "string" && !isSet(inputs.disableBoundClaimsParsing);
    const [name, value] = claims[0] ?? [];
    if (roleType !== "jwt" || !isExact || claims.length !== 1 || name !== "sub" || isSet(inputs.boundSubject)) {
        return undefined;
    }
    const subjects = knownText(value)?.split(",");
    return lines(inputs, literals(subjects), literals(inputs.boundAudiences));
}

/** A role has no issuer: its auth method has. */
function lines(
    { backend, namespace = "" }: Inputs,
    subjects: readonly string[] | undefined,
    audiences: readonly string[] | undefined,
): string[] | undefined {
    const mount = literal(backend);
    const root = literal(namespace);
    if (mount === undefined || root === undefined || subjects === undefined || audiences === undefined) {
        return undefined;
    }
    const issuer = [...(root === "" ? [] : [root]), "auth", mount].join("/");
    return subjects.flatMap((subject) =>
        audiences.map((audience) => `issuer of ${issuer}, subject ${subject}, audience ${audience}`),
    );
}

/** Returns texts without wildcards, at least one and none empty: Vault does not check what is empty. */
function literals(values: unknown): string[] | undefined {
    const found = knownTexts(values)?.map(literal);
    const texts = found?.filter((text) => text !== undefined && text !== "") as string[] | undefined;
    return found === undefined || found.length === 0 || texts?.length !== found.length ? undefined : texts;
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== "" && value !== false;
