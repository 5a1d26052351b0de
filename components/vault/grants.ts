import type { Grant, Granted } from "../grants/grant";
import { knownText, knownTexts, literal } from "../grants/inputs";
import type { Inputs } from "../resourceTypes";
import { covers } from "../grants/pattern";

/** One block of a policy that says nothing but a path and capabilities. A `+` or `{{` in a path means more than itself. */
const block = /\s*path\s+"([^"\\*?+{}$]*\*?)"\s*\{\s*capabilities\s*=\s*\[([^\]]*)\]\s*\}\s*/y;
const capabilities = ["create", "read", "update", "patch", "delete", "list", "sudo", "subscribe", "recover"];

/** `vault.Policy`: https://developer.hashicorp.com/vault/docs/concepts/policies */
export function vaultPolicyGrants({ policy, namespace }: Inputs): Granted | undefined {
    const text = knownText(policy);
    const root = namespace === undefined ? "" : literal(namespace);
    if (text === undefined || root === undefined) {
        return undefined;
    }
    const blocks = parsePolicy(text, root === "" ? "" : `${root.replace(/^\/|\/$/g, "")}/`);
    if (blocks === undefined || blocks.some((one) => blocks.some((other) => isShadowed(one, other)))) {
        return undefined;
    }
    return { grants: blocks.flatMap(({ path, may }) => may.map((action) => ({ action, resource: path }))) };
}

interface Block {
    readonly path: string;
    readonly may: readonly string[];
}

function parsePolicy(text: string, root: string): Block[] | undefined {
    const blocks: Block[] = [];
    block.lastIndex = 0;
    while (block.lastIndex < text.length) {
        const [, path, list = ""] = block.exec(text) ?? [];
        const may = list.split(",").flatMap((item) => item.trim() || []);
        if (path === undefined || !may.every((item) => capabilities.some((known) => item === `"${known}"`))) {
            return undefined;
        }
        blocks.push({ path: root + path, may: may.map((item) => item.slice(1, -1)) });
    }
    return blocks;
}

/** Of two blocks for the same path, only the closer one counts in Vault: the other's capabilities are no grant there. */
function isShadowed(one: Block, other: Block): boolean {
    return (
        one !== other && covers(one.path, other.path) && String([...one.may].sort()) !== String([...other.may].sort())
    );
}

/** `vault.approle.AuthBackendRole`: the policies that a login gets, and who may log in. */
export function appRoleGrants(inputs: Inputs): Granted | undefined {
    const policies = knownTexts(inputs.tokenPolicies ?? [])?.map(literal);
    const cidrs = [inputs.secretIdBoundCidrs, inputs.tokenBoundCidrs].map(addresses);
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

/** An empty list is no limit. */
function addresses(cidrs: unknown): string[] | undefined {
    const found = knownTexts(cidrs ?? []);
    return found?.length === 0 ? ["*"] : found;
}
