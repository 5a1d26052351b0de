/** Returns the metadata that a secret id has in Vault. Vault only accepts strings. */
export function secretIdMetadata(ttl: number, now: Date): Record<string, string> {
    return { ends: new Date(now.getTime() + ttl * 1000).toISOString(), ttl: String(ttl) };
}

export function parseMetadata(text: string | undefined): Partial<Record<string, string>> {
    return JSON.parse(text ?? "{}") as Partial<Record<string, string>>;
}

export function expiryOf(metadata: string | undefined): string {
    return parseMetadata(metadata).ends ?? "unknown";
}
