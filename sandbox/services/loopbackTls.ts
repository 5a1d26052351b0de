import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { loopbackServer, privateKeyPem } from "../certificates";

/** Paths of a server's certificate and private key, PEM. */
export interface TlsFiles {
    readonly certificate: string;
    readonly key: string;
}

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;

/** For a server on 127.0.0.1, kept for ten years once made, since clients have been told of it. */
export async function loopbackTls(path: string, name: string): Promise<TlsFiles> {
    const files = { certificate: `${path}.crt`, key: `${path}.key` };
    if (!existsSync(files.certificate) || !existsSync(files.key)) {
        const now = Date.now();
        const validity = { notBefore: new Date(now - HOUR), notAfter: new Date(now + 10 * YEAR) };
        const signed = await loopbackServer(name, validity);
        await writeFile(files.key, await privateKeyPem(signed), { mode: 0o600 });
        await writeFile(files.certificate, signed.certificate, { mode: 0o600 });
    }
    return files;
}
