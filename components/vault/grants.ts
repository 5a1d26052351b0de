import type { Grant, Granted } from "../grants/grant";
import { knownText, knownTexts, literal } from "../grants/inputs";
import type { Inputs } from "../resourceTypes";
import { covers } from "../grants/pattern";

/** A block of a policy with only a path and capabilities. Paths with `+` or `{{` are not matched: they are patterns. */
const policyBlock = /\s*path\s+"([^"\\*?+{}$]*\*?)"\s*\{\s*capabilities\s*=\s*\[([^\]]*)\]\s*\}\s*/y;
const knownCapabilities = ["create", "read", "update", "patch", "delete", "list", "sudo", "subscribe", "recover"];

/** Returns what a `vault.Policy` grants: https://developer.hashicorp.com/vault/docs/concepts/policies */
export function vaultPolicyGrants({ policy, namespace }: Inputs): Granted | undefined {
    const text = knownText(policy)?.replace(/^#.*$/gm, "");
    const root = namespace === undefined ? "" : literal(namespace);
    if (text === undefined || root === undefined) {
        return undefined;
    }
    const blocks = parsePolicy(text, root === "" ? "" : `${root.replace(/^\/|\/$/g, "")}/`);
    if (blocks === undefined || blocks.some((one) => blocks.some((other) => isShadowed(one, other)))) {
        return undefined;
    }
    return {
        grants: blocks.flatMap(({ path, capabilities }) => capabilities.map((action) => ({ action, resource: path }))),
    };
}

interface Block {
    readonly path: string;
    readonly capabilities: readonly string[];
}

function parsePolicy(text: string, root: string): Block[] | undefined {
    const blocks: Block[] = [];
    policyBlock.lastIndex = 0;
    while (policyBlock.lastIndex < text.length) {
        const [, path, list = ""] = policyBlock.exec(text) ?? [];
        const quoted = list.split(",").flatMap((item) => item.trim() || []);
        if (path === undefined || !quoted.every((item) => knownCapabilities.some((known) => item === `"${known}"`))) {
            return undefined;
        }
        blocks.push({ path: root + path, capabilities: quoted.map((item) => item.slice(1, -1)) });
    }
    return blocks;
}

/** Vault only applies the most specific block for a path, so the other block's capabilities are not granted there. */
function isShadowed(one: Block, other: Block): boolean {
    return (
        one !== other &&
        covers(one.path, other.path) &&
        String([...one.capabilities].sort()) !== String([...other.capabilities].sort())
    );
}

/** Returns what a `vault.approle.AuthBackendRole` grants: the policies of a login, and from where it may come. */
export function appRoleGrants(inputs: Inputs): Granted | undefined {
    const secretIdCidrs = cidrsOrAny(inputs.secretIdBoundCidrs);
    const token = tokenGrants(inputs);
    if (secretIdCidrs === undefined || token === undefined) {
        return undefined;
    }
    const needsSecretId = inputs.bindSecretId === undefined || inputs.bindSecretId === true;
    const grants: Grant[] = [
        ...token.policies,
        ...secretIdCidrs.map((cidr) => ({ action: "log in from", resource: cidr })),
        ...token.cidrs,
        ...(needsSecretId ? [] : [{ action: "log in without a secret id", resource: "*" }]),
    ];
    return { grants };
}

/** Returns what a role for the tokens of pods grants. Vault checks the CIDR blocks of its tokens at the login, too. */
export function podRoleGrants(inputs: Inputs): Granted | undefined {
    const token = tokenGrants(inputs);
    return token === undefined ? undefined : { grants: [...token.policies, ...token.cidrs] };
}

/** Returns the policies of a role's tokens, and from where these may be used; `undefined` if one of them is not known. */
function tokenGrants(inputs: Inputs): { readonly policies: Grant[]; readonly cidrs: Grant[] } | undefined {
    const policies = knownTexts(inputs.tokenPolicies ?? [])?.map(literal);
    const cidrs = cidrsOrAny(inputs.tokenBoundCidrs);
    if (!policies?.every((name) => name !== undefined) || cidrs === undefined) {
        return undefined;
    }
    const names = inputs.tokenNoDefaultPolicy === true ? policies : [...policies, "default"];
    return {
        policies: names.map((name) => ({ action: "token policy", resource: name })),
        cidrs: cidrs.map((cidr) => ({ action: "use a token from", resource: cidr })),
    };
}

/** Returns the CIDR blocks. An empty list means no limit. */
function cidrsOrAny(cidrs: unknown): string[] | undefined {
    const found = knownTexts(cidrs ?? []);
    return found?.length === 0 ? ["*"] : found;
}
