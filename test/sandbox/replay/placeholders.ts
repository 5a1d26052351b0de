import { isDeepStrictEqual } from "node:util";
import type { Recorded } from "./recording";

const PLACEHOLDER = /<((?:id|secret):[^<>]+|time(?:\.3|\.N)?|port|etag|version|managedFields|publicKey)>/;
const SECONDS = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d`;
const ZONE = String.raw`(?:Z|[+-]\d\d:\d\d)`;

/** What a text may be that stands in a placeholder's place; any other, where there is none. */
const forms: Readonly<Record<string, string>> = {
    time: `${SECONDS}${ZONE}`,
    "time.3": String.raw`${SECONDS}(?:\.\d{1,3})?${ZONE}`,
    "time.N": String.raw`${SECONDS}(?:\.\d+)?${ZONE}`,
    port: String.raw`\d+`,
};

/**
 * What a recording's placeholders stand for in this run. An identifier, a credential and a port are the same everywhere;
 * the others belong to one resource and change with it.
 */
export class Placeholders {
    private readonly known = new Map<string, unknown>();

    /** Says what a placeholder without its brackets stands for, such as `id:tenant`. */
    bind(placeholder: string, value: unknown): void {
        this.known.set(placeholder, value);
    }

    /** What a placeholder stands for so far. */
    get(placeholder: string): unknown {
        const value = this.known.get(placeholder);
        if (value === undefined) {
            throw new Error(`nothing has been answered yet that <${placeholder}> could stand for`);
        }
        return value;
    }

    /** A recorded value with what its placeholders stand for. `owner` is the resource that it is of. */
    fill(recorded: Recorded, owner: string): unknown {
        if (Array.isArray(recorded)) {
            return recorded.map((element) => this.fill(element, owner));
        }
        if (typeof recorded === "object" && recorded !== null) {
            return Object.fromEntries(Object.entries(recorded).map(([key, value]) => [key, this.fill(value, owner)]));
        }
        if (typeof recorded !== "string") {
            return recorded;
        }
        const { literals, names } = split(recorded);
        if (names.length === 1 && recorded === `<${names[0] ?? ""}>`) {
            return this.value(names[0] ?? "", owner);
        }
        return names.reduce(
            (text, name, index) => `${text}${textOf(this.value(name, owner))}${literals[index + 1] ?? ""}`,
            literals[0],
        );
    }

    /** Whether an answer is what was recorded. A placeholder seen for the first time then stands for what is there. */
    matches(recorded: string, answered: unknown, owner: string): boolean {
        const { literals, names } = split(recorded);
        if (names.length === 1 && recorded === `<${names[0] ?? ""}>`) {
            return this.accept(names[0] ?? "", answered, owner);
        }
        if (typeof answered !== "string") {
            return false;
        }
        const pattern = names.reduce(
            (text, name, index) => `${text}(${this.form(name)})${escape(literals[index + 1] ?? "")}`,
            escape(literals[0]),
        );
        const found = new RegExp(`^${pattern}$`, "s").exec(answered);
        return found !== null && names.every((name, index) => this.accept(name, found[index + 1], owner));
    }

    private value(name: string, owner: string): unknown {
        const value = this.known.get(key(name, owner));
        if (value === undefined && name.startsWith("time")) {
            // The program's own choice: what is sent first.
            const now = new Date().toISOString();
            return name === "time" ? now.replace(/\.\d+/, "") : now;
        }
        return value ?? this.get(key(name, owner));
    }

    private form(name: string): string {
        const value = isLasting(name) ? this.known.get(name) : undefined;
        return value === undefined ? (forms[name] ?? ".+?") : escape(textOf(value));
    }

    private accept(name: string, answered: unknown, owner: string): boolean {
        if (answered === undefined || answered === null) {
            return false;
        }
        const known = this.known.get(key(name, owner));
        if (known !== undefined && isLasting(name)) {
            return isDeepStrictEqual(known, answered);
        }
        const form = forms[name];
        if (form !== undefined && !new RegExp(`^${form}$`).test(textOf(answered))) {
            return false;
        }
        this.known.set(key(name, owner), answered);
        return true;
    }
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const isLasting = (name: string): boolean => /^(id|secret|port)/.test(name);

const key = (name: string, owner: string): string => (isLasting(name) ? name : `${name} of ${owner}`);

/** The texts between placeholders, and the placeholders: one text more than there are of those. */
function split(recorded: string): { literals: [string, ...string[]]; names: string[] } {
    const parts = recorded.split(PLACEHOLDER);
    const [first = "", ...others] = parts.filter((_, index) => index % 2 === 0);
    return { literals: [first, ...others], names: parts.filter((_, index) => index % 2 === 1) };
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
