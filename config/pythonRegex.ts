/**
 * Whether Python's `re` takes a pattern, which Airflow would only find out at its first lookup. What differs from
 * JavaScript is judged and rewritten token by token; the rest is left to JavaScript's own parser.
 */

/** Why Python would refuse the pattern; `undefined` where it would not. */
export function pythonRegexProblem(pattern: string): string | undefined {
    try {
        new RegExp(translate(pattern));
        return undefined;
    } catch (error) {
        if (error instanceof SyntaxError) {
            return error.message;
        }
        throw error;
    }
}

const REPEAT = /^(?:[*+?]|\{\d+(?:,\d*)?\}|\{,\d*\})/;
const GROUP =
    /^\((?:\?(?:P<(?<name>[A-Za-z_]\w*)>|P=(?<same>[A-Za-z_]\w*)\)|(?<comment>#(?:\\.|[^)\\])*\))|(?<flags>[aiLmsux]+)\)|(?<scoped>[aiLmsux]*(?:-[imsx]+)?):|(?<look>[=!>]|<[=!])|\((?<test>\w+)\)))?/;

function translate(pattern: string): string {
    let translated = "";
    let groups = 0;
    /** What each group that is still open is called by, innermost last; nothing for one that captures nothing. */
    const open: (readonly string[])[] = [];
    /** Names and numbers of the groups that have ended, and so may be referred to. */
    const ended = new Set<string>();
    const refer = (group: string): void => {
        if (!ended.has(group)) {
            throw new SyntaxError(`there is no group ${group} before this place`);
        }
    };
    /** Whether a repeat may follow, and whether one has just been. */
    let repeatable = false as boolean;
    let rest = pattern;
    const take = (length: number, as: string, isRepeatable: boolean): void => {
        translated += as;
        rest = rest.slice(length);
        repeatable = isRepeatable;
    };
    while (rest !== "") {
        const [repeat] = REPEAT.exec(rest) ?? [];
        if (repeat !== undefined) {
            if (!repeatable) {
                throw new SyntaxError(`nothing to repeat before ${repeat}`);
            }
            const lazy = /^[?+]?/.exec(rest.slice(repeat.length))?.[0] ?? "";
            // A possessive repeat is written with a "+", which JavaScript does not know.
            take(repeat.length + lazy.length, inJavaScript(repeat) + (lazy === "?" ? lazy : ""), false);
        } else if (rest.startsWith("\\")) {
            const { source, length, reference } = escapeAt(rest, false);
            if (reference !== undefined) {
                refer(reference);
            }
            take(length, source, !/^\\[AZbB]/.test(rest));
        } else if (rest.startsWith("[")) {
            const { source, length } = classAt(rest);
            take(length, source, true);
        } else if (rest.startsWith("(")) {
            const found = GROUP.exec(rest);
            const [opening = ""] = found ?? [];
            if (opening === "(" && rest.startsWith("(?")) {
                throw new SyntaxError(`unknown extension ${rest.slice(1, 4)}`);
            }
            const parts = found?.groups ?? {};
            if (parts.flags !== undefined && translated !== "") {
                throw new SyntaxError("flags for the whole pattern stand at its beginning");
            }
            if (parts.flags?.includes("L") === true || parts.scoped?.includes("L") === true) {
                throw new SyntaxError("flag L is for patterns of bytes");
            }
            const reference = parts.same ?? parts.test;
            if (reference !== undefined) {
                refer(reference);
            }
            if (opening === "(" || parts.name !== undefined) {
                groups += 1;
                open.push([String(groups), ...(parts.name === undefined ? [] : [parts.name])]);
            } else if (!/[)]$/.test(opening) || parts.test !== undefined) {
                open.push([]);
            }
            const isRepeatable = parts.same !== undefined || (parts.comment !== undefined && repeatable);
            take(opening.length, groupInJavaScript(parts, opening), isRepeatable);
        } else if (rest.startsWith(")")) {
            for (const group of open.pop() ?? []) {
                ended.add(group);
            }
            take(1, ")", true);
        } else if (rest.startsWith("{") || rest.startsWith("]") || rest.startsWith("}")) {
            take(1, `\\${rest.charAt(0)}`, true);
        } else {
            const character = rest.charAt(0);
            take(1, character, !"|^$".includes(character));
        }
    }
    return translated;
}

function inJavaScript(repeat: string): string {
    const [, most] = /^\{,(\d*)\}$/.exec(repeat) ?? [];
    return most === undefined ? repeat : `{0,${most}}`;
}

function groupInJavaScript(parts: Partial<Record<string, string>>, opening: string): string {
    const { name, same, comment, flags, look, test } = parts;
    if (name !== undefined) {
        return `(?<${name}>`;
    }
    if (same !== undefined) {
        return "(?:)";
    }
    if (comment !== undefined || flags !== undefined) {
        return "";
    }
    if (look === ">" || test !== undefined || parts.scoped !== undefined) {
        return "(?:";
    }
    return opening;
}

interface Escape {
    readonly source: string;
    readonly length: number;
    readonly reference?: string;
}

const ESCAPE =
    /^\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4}|0[0-7]{0,2}|[1-3][0-7]{2}|[1-9]\d?|[AbBdDsSwWZafnrtv]|[^A-Za-z0-9])/s;

function escapeAt(text: string, inClass: boolean): Escape {
    const [escape] = ESCAPE.exec(text) ?? [];
    const isPlace = escape !== undefined && /^\\[ABZ]/.test(escape);
    if (escape === undefined || (inClass && (isPlace || /^\\[89]/.test(escape)))) {
        throw new SyntaxError(`bad escape ${text.slice(0, 2)}`);
    }
    const { length } = escape;
    if (!inClass && /^\\[1-9]\d?$/.test(escape)) {
        return { source: "(?:)", length, reference: escape.slice(1) };
    }
    if (/^\\[AZ]/.test(escape)) {
        return { source: escape === "\\A" ? "^" : "$", length };
    }
    // One character stands for another that is written in another way: what it is does not matter here.
    return { source: /^\\[aU0-3]/.test(escape) ? "\\x07" : escape, length };
}

/** A class in brackets. A `]` right at its beginning stands for itself. */
function classAt(text: string): Escape {
    let at = text.startsWith("[^") ? 2 : 1;
    let previous: Member | undefined;
    let isFirst = true;
    for (;;) {
        if (at >= text.length) {
            throw new SyntaxError("a [ is not closed");
        }
        if (text.charAt(at) === "]" && !isFirst) {
            return { source: "[x]", length: at + 1 };
        }
        isFirst = false;
        const isRange = previous !== undefined && text.charAt(at) === "-" && !/^-(\]|$)/.test(text.slice(at));
        const member = memberAt(text, isRange ? at + 1 : at);
        if (isRange && previous !== undefined) {
            checkRange(previous, member);
        }
        at = member.end;
        previous = isRange ? undefined : member;
    }
}

interface Member {
    readonly end: number;
    /** Its place in Unicode; nothing for a whole class such as `\d`. */
    readonly code: number | undefined;
}

function memberAt(text: string, at: number): Member {
    const rest = text.slice(at);
    if (!rest.startsWith("\\")) {
        const code = rest.codePointAt(0);
        return { end: at + (code === undefined ? 1 : String.fromCodePoint(code).length), code };
    }
    const { length } = escapeAt(rest, true);
    return { end: at + length, code: codeOf(rest.slice(1, length)) };
}

const NAMED: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };

function codeOf(escape: string): number | undefined {
    if (/^[dDsSwW]$/.test(escape)) {
        return undefined;
    }
    if (/^[xuU]/.test(escape)) {
        return parseInt(escape.slice(1), 16);
    }
    return /^\d/.test(escape) ? parseInt(escape, 8) : (NAMED[escape] ?? escape.codePointAt(0));
}

function checkRange(from: Member, to: Member): void {
    if (from.code === undefined || to.code === undefined || from.code > to.code) {
        throw new SyntaxError("a range in [] goes from the lower character to the higher one");
    }
}
