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
    const policies = knownTexts(inputs.tokenPolicies ?? [])?.map(literal);
    const cidrs = [inputs.secretIdBoundCidrs, inputs.tokenBoundCidrs].map(cidrsOrAny);
    if (!policies?.every((name) => name !== undefined) || cidrs.includes(undefined)) {
        return undefined;
    }
    const names = inputs.tokenNoDefaultPolicy === true ? policies : [...policies, "default"];
    const [secretId = [], token = []] = cidrs;
    const needsSecretId = inputs.bindSecretId === undefined || inputs.bindSecretId === true;
    const grants: Grant[] = [
        ...names.map((name) => ({ action: "token policy", resource: name })),
        ...secretId.map((cidr) => ({ action: "log in from", resource: cidr })),
        ...token.map((cidr) => ({ action: "use a token from", resource: cidr })),
        ...(needsSecretId ? [] : [{ action: "log in without a secret id", resource: "*" }]),
    ];
    return { grants };
}

/** Returns the CIDR blocks. An empty list means no limit. */
function cidrsOrAny(cidrs: unknown): string[] | undefined {
    const found = knownTexts(cidrs ?? []);
    return found?.length === 0 ? ["*"] : found;
}
