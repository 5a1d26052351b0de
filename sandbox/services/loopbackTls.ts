import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createLoopbackCertificate, privateKeyPem } from "../certificates";

/** Paths of a server's certificate and private key, both PEM. */
export interface TlsFiles {
    readonly certificate: string;
    readonly key: string;
}

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;

/**
 * Creates a certificate for a server on 127.0.0.1, or returns the existing one. It is valid for ten years and never
 * replaced, since clients have been configured with it.
 */
export async function loopbackTls(path: string, name: string): Promise<TlsFiles> {
    const files = { certificate: `${path}.crt`, key: `${path}.key` };
    if (!existsSync(files.certificate) || !existsSync(files.key)) {
        const now = Date.now();
        const validity = { notBefore: new Date(now - HOUR), notAfter: new Date(now + 10 * YEAR) };
        const created = await createLoopbackCertificate(name, validity);
        await writeFile(files.key, await privateKeyPem(created), { mode: 0o600 });
        await writeFile(files.certificate, created.certificate, { mode: 0o600 });
    }
    return files;
}
