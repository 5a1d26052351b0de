import { X509Certificate, createPrivateKey } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { constrainedAuthority, privateKeyPem, serverOf } from "../certificates";

const day = 24 * 60 * 60 * 1000;
const lifetime = 365 * day;
/** A certificate with less time left than this is made anew. */
const nearItsEnd = 30 * day;

/** What a TLS server needs to answer for the edge's hosts, and what its clients need to trust it. */
export interface EdgeCertificates {
    /** Path of the private authority's certificate, PEM: the one thing clients trust. */
    readonly caPath: string;
    /** The server's certificate, PEM. */
    readonly cert: string;
    /** The server's private key, PEM. */
    readonly key: string;
}

/**
 * The edge's certificates for these hosts, kept in `dir` (mode 0700, files 0600) and used again as long as the hosts are
 * the same and the end is not near. The authority's own key is never written: once it has signed, nobody can sign again.
 */
export async function edgeCertificates(dir: string, hosts: readonly string[]): Promise<EdgeCertificates> {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    chmodSync(dir, 0o700);
    const paths = { ca: join(dir, "ca.pem"), cert: join(dir, "edge.pem"), key: join(dir, "edge.key") };
    if (!areUsable(paths, hosts)) {
        const made = await makeCertificates(hosts);
        writePrivate(paths.ca, made.ca);
        writePrivate(paths.cert, made.cert);
        writePrivate(paths.key, made.key);
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
        Date.parse(cert.validTo) - Date.now() > nearItsEnd &&
        // A start that was interrupted between two files leaves a pair that does not fit.
        cert.verify(ca.publicKey) &&
        cert.checkPrivateKey(createPrivateKey(readFileSync(paths.key)))
    );
}

function sameNames(some: readonly string[], others: readonly string[]): boolean {
    return [...some].sort().join() === [...others].sort().join();
}

async function makeCertificates(hosts: readonly string[]): Promise<{ ca: string; cert: string; key: string }> {
    // Certificates know whole seconds; a start in the past lets a client use them in the same second.
    const validity = { notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + lifetime) };
    const name = `Sandbox edge authority ${new Date().toISOString()}`;
    const authority = await constrainedAuthority(name, hosts, validity);
    const server = await serverOf(authority, "Sandbox edge", hosts, validity);
    return { ca: authority.certificate, cert: server.certificate, key: await privateKeyPem(server) };
}

function writePrivate(path: string, content: string): void {
    const partial = `${path}.partial`;
    writeFileSync(partial, content, { mode: 0o600 });
    renameSync(partial, path);
}
