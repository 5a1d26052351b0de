import { redactor } from "../../lib/redact";

/** Matches names of env vars that may contain credentials. */
const secretName = /token|secret|password|passphrase|credential|key/i;

/**
 * Well-known formats of credentials: https://developer.hashicorp.com/vault/docs/concepts/tokens and others.
 *
 * Each takes time in proportion to the text, whatever the text is: a match can only begin where a run of its characters
 * begins, and no two repetitions next to each other accept the same character. A text that somebody else can choose would
 * otherwise stop a preview for minutes.
 */
const shapes: readonly RegExp[] = [
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    // A JSON web token. Its payload is a JSON object in base64, so it begins with `eyJ`.
    /(?<![\w-])[\w-]+\.eyJ[\w-]+(?:\.[\w-]+)+/g,
    /\bhv[sbr]\.[\w-]{20,}/g,
    /\bgh[a-z]_\w{30,}/g,
    /\bpul-[0-9a-f]{40}/g,
];

/** The part of a URL before the path: user name, password, host and port. */
const authority = /(?<=:\/\/)[^\s/]+/g;

/** Redacts credentials in the output of a program: the ones in `env`, and everything that looks like one. */
export function withoutCredentials(output: string, env: NodeJS.ProcessEnv): string {
    const redact = redactor(
        Object.entries(env).flatMap(([name, value = ""]) => (secretName.test(name) ? [value] : [])),
    );
    const withoutShapes = shapes.reduce((left, shape) => left.replace(shape, "[redacted]"), redact(output));
    return withoutShapes.replace(authority, withoutUser);
}

/** Redacts the user name and the password, which end at the last `@`. A user name without a password is kept. */
function withoutUser(text: string): string {
    const end = text.lastIndexOf("@");
    return end > 0 && text.slice(0, end).includes(":") ? `[redacted]${text.slice(end)}` : text;
}
