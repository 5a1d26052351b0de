import { redactor } from "../../lib/redact";

const telling = /token|secret|password|passphrase|credential|key/i;

/** Credentials that are known by their looks: https://developer.hashicorp.com/vault/docs/concepts/tokens and others. */
const shapes: readonly RegExp[] = [
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    /\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g,
    /\bhv[sbr]\.[\w-]{20,}/g,
    /\bgh[a-z]_\w{30,}/g,
    /\bpul-[0-9a-f]{40}/g,
    // What stands between a URL's scheme and its host.
    /(?<=:\/\/)[^\s/@]+:[^\s/@]+(?=@)/g,
];

/** Takes the credentials out of what a program said: those in this environment, and whatever looks like one. */
export function withoutCredentials(said: string, env: NodeJS.ProcessEnv): string {
    const redact = redactor(Object.entries(env).flatMap(([name, value = ""]) => (telling.test(name) ? [value] : [])));
    return shapes.reduce((left, shape) => left.replace(shape, "[redacted]"), redact(said));
}
