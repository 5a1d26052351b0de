import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { webcrypto } from "node:crypto";
// The library needs it to be there first.
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

/** Files of a certificate and its key, PEM. */
export interface Certificate {
    readonly certificate: string;
    readonly key: string;
}

const YEARS = 10;
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/**
 * A self-signed certificate for a server on 127.0.0.1 that is its own authority: whoever trusts this one file trusts
 * this one server. Kept once made, since clients have been told of it.
 */
export async function loopbackCertificate(path: string, name: string): Promise<Certificate> {
    const files = { certificate: `${path}.crt`, key: `${path}.key` };
    if (existsSync(files.certificate) && existsSync(files.key)) {
        return files;
    }
    x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]);
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
        name: `CN=${name}`,
        keys,
        signingAlgorithm: algorithm,
        notBefore: new Date(Date.now() - 3_600_000),
        notAfter: new Date(Date.now() + YEARS * 365 * 86_400_000),
        extensions: [
            new x509.BasicConstraintsExtension(true, 0, true),
            new x509.SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }]),
            new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
        ],
    });
    const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
    await writeFile(files.key, x509.PemConverter.encode(key, "PRIVATE KEY"), { mode: 0o600 });
    await writeFile(files.certificate, certificate.toString("pem"), { mode: 0o600 });
    return files;
}

/** A certificate's text in base64, as a kubeconfig wants it. */
export async function base64OfFile(file: string): Promise<string> {
    return (await readFile(file)).toString("base64");
}
