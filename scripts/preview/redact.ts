import { redactor } from "../../lib/redact";

/** Matches names of env vars that may contain credentials. */
const secretName = /token|secret|password|passphrase|credential|key/i;

/** Well-known formats of credentials: https://developer.hashicorp.com/vault/docs/concepts/tokens and others. */
const shapes: readonly RegExp[] = [
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    /\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g,
    /\bhv[sbr]\.[\w-]{20,}/g,
    /\bgh[a-z]_\w{30,}/g,
    /\bpul-[0-9a-f]{40}/g,
    // User name and password in a URL.
    /(?<=:\/\/)[^\s/@]+:[^\s/@]+(?=@)/g,
];

/** Redacts credentials in the output of a program: the ones in `env`, and everything that looks like one. */
export function withoutCredentials(output: string, env: NodeJS.ProcessEnv): string {
    const redact = redactor(
        Object.entries(env).flatMap(([name, value = ""]) => (secretName.test(name) ? [value] : [])),
    );
    return shapes.reduce((left, shape) => left.replace(shape, "[redacted]"), redact(output));
}
