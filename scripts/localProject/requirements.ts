import { ge, satisfies } from "@renovatebot/pep440";
import type { Change } from "./change";
import { linesOf, withFinalNewline } from "./lines";

interface Requirement {
    readonly name: string;
    /** The oldest supported version. */
    readonly version: string;
}

/**
 * Makes a requirements.txt meet `requirement` (`name>=version`): adds its line, or raises the lower bound of an
 * existing line that allows older versions.
 */
export function withRequirement(text: string, requirement: string): Change {
    const [name = "", version = ""] = requirement.split(">=");
    if (/(^|\s)--hash=/m.test(text)) {
        // pip then requires a hash for every package, including the dependencies of this one.
        return { text, notes: [`pins its packages by hash and was not changed: add ${requirement} with its hashes`] };
    }
    const lines = linesOf(text);
    const changes = lines.map((line, index) => raiseBound(line, index + 1, { name, version }));
    const isPresent = changes.some((change) => change !== undefined);
    const changed = lines.map((line, index) => changes[index]?.text ?? line).join("");
    return {
        text: isPresent ? changed : `${withFinalNewline(changed)}${requirement}\n`,
        overwrites: changes.flatMap((change) => change?.overwrites ?? []),
        notes: changes.flatMap((change) => change?.notes ?? []),
    };
}

/** Raises the lower bound of one line; returns `undefined` if the line is about another package. */
function raiseBound(line: string, number: number, { name, version }: Requirement): Change | undefined {
    if (normalized(/^\s*([A-Za-z0-9][\w.-]*)/.exec(line)?.[1] ?? "") !== name) {
        return undefined;
    }
    // A line consists of name, extras, version specifiers, marker and comment: https://peps.python.org/pep-0508/
    const suffix = /\s*(?:(?:;|\s#).*)?\r?\n?$/.exec(line)?.[0] ?? "";
    const parts = /^(\s*[\w.-]+(?:\s*\[[^\]]*\])?)\s*([=<>!~].*)?$/.exec(line.slice(0, line.length - suffix.length));
    if (parts === null) {
        return {
            text: line,
            notes: [`line ${number} names no version of ${name}: make sure that it is ${version} or newer`],
        };
    }
    const specifiers = (parts[2] ?? "").split(",").flatMap((each) => each.trim() || []);
    if (specifiers.some((each) => excludesOlder(each, version))) {
        return { text: line };
    }
    // A lower bound that is too low is redundant next to the new one.
    const others = specifiers.filter((each) => !/^>=?[^=]/.test(each));
    const write = (bounds: readonly string[]): string =>
        `${parts[1] ?? ""}${[...bounds, `>=${version}`].join(",")}${suffix}`;
    if (satisfies(version, others.join(","))) {
        return { text: write(others) };
    }
    return {
        text: `# ${withFinalNewline(line)}${write([])}`,
        overwrites: [
            `line ${number} asks for ${name} ${specifiers.join(",")}, but ${version} is the oldest supported version`,
        ],
    };
}

/** Whether a version specifier excludes all versions older than `version`. */
function excludesOlder(specifier: string, version: string): boolean {
    const [, bound] = /^(?:>=?|~=|={2,3})\s*([^*]+?)(?:\.\*)?$/.exec(specifier) ?? [];
    return bound !== undefined && ge(bound, version);
}

/** Normalizes a package name as PyPI does. */
function normalized(name: string): string {
    return name.toLowerCase().replace(/[-_.]+/g, "-");
}
