import { isDeepStrictEqual } from "node:util";
import type { Recorded } from "./recording";

const PLACEHOLDER = /<((?:id|secret):[^<>]+|time(?:\.3|\.N)?|port|etag|version|managedFields|publicKey)>/;
const SECONDS = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d`;
const ZONE = String.raw`(?:Z|[+-]\d\d:\d\d)`;

/** Regular expressions for the values of placeholders. A placeholder that is not listed accepts any value. */
const patterns: Readonly<Record<string, string>> = {
    time: `${SECONDS}${ZONE}`,
    "time.3": String.raw`${SECONDS}(?:\.\d{1,3})?${ZONE}`,
    "time.N": String.raw`${SECONDS}(?:\.\d+)?${ZONE}`,
    port: String.raw`\d+`,
};

/**
 * The values of a recording's placeholders in this run. An identifier, a credential and a port have one value
 * everywhere; other placeholders have one value per resource, which may change.
 */
export class Placeholders {
    private readonly values = new Map<string, unknown>();

    /** Sets the value of a placeholder. It is written without brackets: `id:tenant`. */
    bind(placeholder: string, value: unknown): void {
        this.values.set(placeholder, value);
    }

    /**
     * Returns the current value of a placeholder.
     *
     * @throws Error if it has no value yet
     */
    get(placeholder: string): unknown {
        const value = this.values.get(placeholder);
        if (value === undefined) {
            throw new Error(`no answer has set a value for <${placeholder}> yet`);
        }
        return value;
    }

    /** Replaces the placeholders in a recorded value. `owner` is the resource that the value belongs to. */
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
            return this.lookUp(names[0] ?? "", owner);
        }
        return names.reduce(
            (text, name, index) => `${text}${textOf(this.lookUp(name, owner))}${literals[index + 1] ?? ""}`,
            literals[0],
        );
    }

    /**
     * Whether an answer matches the recorded text. A placeholder without a value takes the one in the answer, and so
     * does one that belongs to a resource.
     */
    matches(recorded: string, answered: unknown, owner: string): boolean {
        const { literals, names } = split(recorded);
        if (names.length === 1 && recorded === `<${names[0] ?? ""}>`) {
            return this.accept(names[0] ?? "", answered, owner);
        }
        if (typeof answered !== "string") {
            return false;
        }
        const pattern = names.reduce(
            (text, name, index) => `${text}(${this.patternFor(name)})${escapeRegExp(literals[index + 1] ?? "")}`,
            escapeRegExp(literals[0]),
        );
        const found = new RegExp(`^${pattern}$`, "s").exec(answered);
        return found !== null && names.every((name, index) => this.accept(name, found[index + 1], owner));
    }

    private lookUp(name: string, owner: string): unknown {
        const value = this.values.get(key(name, owner));
        if (value === undefined && name.startsWith("time")) {
            // The program chooses this time: it is in a request before it is in an answer.
            const now = new Date().toISOString();
            return name === "time" ? now.replace(/\.\d+/, "") : now;
        }
        return value ?? this.get(key(name, owner));
    }

    private patternFor(name: string): string {
        const value = isGlobal(name) ? this.values.get(name) : undefined;
        return value === undefined ? (patterns[name] ?? ".+?") : escapeRegExp(textOf(value));
    }

    private accept(name: string, answered: unknown, owner: string): boolean {
        if (answered === undefined || answered === null) {
            return false;
        }
        const current = this.values.get(key(name, owner));
        if (current !== undefined && isGlobal(name)) {
            return isDeepStrictEqual(current, answered);
        }
        const pattern = patterns[name];
        if (pattern !== undefined && !new RegExp(`^${pattern}$`).test(textOf(answered))) {
            return false;
        }
        this.values.set(key(name, owner), answered);
        return true;
    }
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const isGlobal = (name: string): boolean => /^(id|secret|port)/.test(name);

const key = (name: string, owner: string): string => (isGlobal(name) ? name : `${name} of ${owner}`);

/** Splits a text into its placeholders and the literals around them. There is one literal more than placeholders. */
function split(recorded: string): { literals: [string, ...string[]]; names: string[] } {
    const parts = recorded.split(PLACEHOLDER);
    const [first = "", ...others] = parts.filter((_, index) => index % 2 === 0);
    return { literals: [first, ...others], names: parts.filter((_, index) => index % 2 === 1) };
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
