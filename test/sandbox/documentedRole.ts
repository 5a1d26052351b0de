import { parse } from "yaml";
import { blocksOf, pageText } from "../page";

export interface Rule {
    readonly apiGroups: string[];
    readonly resources: string[];
    readonly verbs: string[];
}

/** Returns the rules of the Role in docs/kubernetes.md. */
export function documentedRules(): Rule[] {
    const block = blocksOf(pageText("kubernetes.md")).find(({ text }) => /^kind: Role$/m.test(text));
    return (parse(block?.text ?? "") as { rules: Rule[] }).rules;
}

/** Returns the rules without one verb on one resource. */
export function withoutVerb(rules: readonly Rule[], resource: string, verb: string): Rule[] {
    return rules.flatMap((rule) =>
        rule.resources.map((one) => {
            const verbs = one === resource ? rule.verbs.filter((other) => other !== verb) : rule.verbs;
            return { ...rule, resources: [one], verbs };
        }),
    );
}
