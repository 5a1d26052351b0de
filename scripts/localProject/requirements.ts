import { ge, satisfies } from "@renovatebot/pep440";
import type { Change } from "./change";
import { ended, linesOf } from "./lines";

interface Requirement {
    readonly name: string;
    /** The oldest version that will do. */
    readonly version: string;
}

/** The file with `requirement` (`name>=version`) met: its line is added, or raised where it lets in older versions. */
export function withRequirement(text: string, requirement: string): Change {
    const [name = "", version = ""] = requirement.split(">=");
    if (/(^|\s)--hash=/m.test(text)) {
        // pip then wants a hash of every package, those that come along with this one too.
        return { text, notes: [`pins its packages by hash and was left as it is: add ${requirement} the way you do`] };
    }
    const lines = linesOf(text);
    const found = lines.map((line, index) => raised(line, index + 1, { name, version }));
    const isThere = found.some((line) => line !== undefined);
    const left = lines.map((line, index) => found[index]?.text ?? line).join("");
    return {
        text: isThere ? left : `${ended(left)}${requirement}\n`,
        overwrites: found.flatMap((line) => line?.overwrites ?? []),
        notes: found.flatMap((line) => line?.notes ?? []),
    };
}

/** Nothing where the line is about something else. */
function raised(line: string, number: number, { name, version }: Requirement): Change | undefined {
    if (normalized(/^\s*([A-Za-z0-9][\w.-]*)/.exec(line)?.[1] ?? "") !== name) {
        return undefined;
    }
    // A line is name, extras, specifiers, then marker and comment: https://peps.python.org/pep-0508/
    const rest = /\s*(?:(?:;|\s#).*)?\r?\n?$/.exec(line)?.[0] ?? "";
    const wanted = /^(\s*[\w.-]+(?:\s*\[[^\]]*\])?)\s*([=<>!~].*)?$/.exec(line.slice(0, line.length - rest.length));
    if (wanted === null) {
        return {
            text: line,
            notes: [`line ${number} names no version of ${name}: see that it is ${version} or newer`],
        };
    }
    const specifiers = (wanted[2] ?? "").split(",").flatMap((each) => each.trim() || []);
    if (specifiers.some((each) => isEnough(each, version))) {
        return { text: line };
    }
    // A lower bound that is too low says nothing beside ours.
    const others = specifiers.filter((each) => !/^>=?[^=]/.test(each));
    const write = (bounds: readonly string[]): string =>
        `${wanted[1] ?? ""}${[...bounds, `>=${version}`].join(",")}${rest}`;
    if (satisfies(version, others.join(","))) {
        return { text: write(others) };
    }
    return {
        text: `# ${ended(line)}${write([])}`,
        overwrites: [
            `line ${number} asks for ${name} ${specifiers.join(",")}, and ${version} is the oldest that will do`,
        ],
    };
}

/** Whether a specifier alone keeps older versions out. */
function isEnough(specifier: string, version: string): boolean {
    const [, bound] = /^(?:>=?|~=|={2,3})\s*([^*]+?)(?:\.\*)?$/.exec(specifier) ?? [];
    return bound !== undefined && ge(bound, version);
}

/** As PyPI compares names. */
function normalized(name: string): string {
    return name.toLowerCase().replace(/[-_.]+/g, "-");
}
