import { X509Certificate, createPrivateKey } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createConstrainedCa, privateKeyPem, createServerCertificate } from "../certificates";

const day = 24 * 60 * 60 * 1000;
const lifetime = 365 * day;
/** Certificates that expire sooner than this are replaced. */
const renewBefore = 30 * day;

/** What a TLS server needs to serve the edge's hosts, and what its clients need to trust it. */
export interface EdgeCertificates {
    /** Path of the private CA's certificate, PEM: the only one that clients trust. */
    readonly caPath: string;
    /** The server's certificate, PEM. */
    readonly cert: string;
    /** The server's private key, PEM. */
    readonly key: string;
}

/**
 * Returns the edge's certificates for these hosts. They are kept in `dir` (mode 0700, files 0600) and reused as long as
 * the hosts are the same and no certificate expires soon. The CA's private key is never written to disk, so nobody can
 * sign with it later.
 */
export async function edgeCertificates(dir: string, hosts: readonly string[]): Promise<EdgeCertificates> {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    chmodSync(dir, 0o700);
    const paths = { ca: join(dir, "ca.pem"), cert: join(dir, "edge.pem"), key: join(dir, "edge.key") };
    if (!areUsable(paths, hosts)) {
        const created = await makeCertificates(hosts);
        writePrivate(paths.ca, created.ca);
        writePrivate(paths.cert, created.cert);
        writePrivate(paths.key, created.key);
    }
    return { caPath: paths.ca, cert: readFileSync(paths.cert, "utf8"), key: readFileSync(paths.key, "utf8") };
}

function areUsable(paths: { ca: string; cert: string; key: string }, hosts: readonly string[]): boolean {
    if (!Object.values(paths).every((path) => existsSync(path))) return false;
    const ca = new X509Certificate(readFileSync(paths.ca));
    const cert = new X509Certificate(readFileSync(paths.cert));
    const names = (cert.subjectAltName ?? "").split(", ").map((name) => name.replace(/^DNS:/, ""));
    return (
        sameNames(names, hosts) &&
        Date.parse(cert.validTo) - Date.now() > renewBefore &&
        // A start that was interrupted between two writes leaves files that do not match.
        cert.verify(ca.publicKey) &&
        cert.checkPrivateKey(createPrivateKey(readFileSync(paths.key)))
    );
}

function sameNames(left: readonly string[], right: readonly string[]): boolean {
    return [...left].sort().join() === [...right].sort().join();
}

async function makeCertificates(hosts: readonly string[]): Promise<{ ca: string; cert: string; key: string }> {
    // Validity is in whole seconds: with a start in the past, clients can use the certificate at once.
    const validity = { notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + lifetime) };
    const name = `Sandbox edge authority ${new Date().toISOString()}`;
    const ca = await createConstrainedCa(name, hosts, validity);
    const server = await createServerCertificate(ca, "Sandbox edge", hosts, validity);
    return { ca: ca.certificate, cert: server.certificate, key: await privateKeyPem(server) };
}

function writePrivate(path: string, content: string): void {
    const partial = `${path}.partial`;
    writeFileSync(partial, content, { mode: 0o600 });
    renameSync(partial, path);
}
