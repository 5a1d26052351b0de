import { webcrypto } from "node:crypto";
// @peculiar/x509 requires this import before its own.
import "reflect-metadata";
import { AsnConvert } from "@peculiar/asn1-schema";
import {
    GeneralName,
    GeneralSubtree,
    GeneralSubtrees,
    NameConstraints,
    id_ce_nameConstraints,
} from "@peculiar/asn1-x509";
import * as x509 from "@peculiar/x509";

/** The certificates of the sandbox's servers: PEM, with P-256 keys. */

export interface IssuedCertificate {
    /** PEM. */
    readonly certificate: string;
    readonly keys: webcrypto.CryptoKeyPair;
}

export interface Validity {
    readonly notBefore: Date;
    readonly notAfter: Date;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;

x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]);

/**
 * Creates a self-signed certificate for a server on 127.0.0.1. The certificate is its own CA: a client that trusts it
 * trusts this server only.
 */
export function createLoopbackCertificate(name: string, validity: Validity): Promise<IssuedCertificate> {
    return selfSigned(name, validity, [
        new x509.SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }]),
        new x509.ExtendedKeyUsageExtension([serverAuth, clientAuth]),
    ]);
}

/**
 * Creates a CA whose name constraints allow certificates only for these DNS names and their subdomains. A leading `*.`
 * of a host is dropped, since a constraint covers subdomains anyway.
 */
export function createConstrainedCa(
    name: string,
    hosts: readonly string[],
    validity: Validity,
): Promise<IssuedCertificate> {
    const permitted = hosts.map(
        (host) => new GeneralSubtree({ base: new GeneralName({ dNSName: host.replace(/^\*\./, "") }) }),
    );
    const constraints = new NameConstraints({ permittedSubtrees: new GeneralSubtrees(permitted) });
    return selfSigned(name, validity, [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        new x509.Extension(id_ce_nameConstraints, true, AsnConvert.serialize(constraints)),
    ]);
}

/** Creates a TLS server certificate for all of these hosts, signed by the CA. */
export async function createServerCertificate(
    ca: IssuedCertificate,
    name: string,
    hosts: readonly string[],
    validity: Validity,
): Promise<IssuedCertificate> {
    const keys = await newKeys();
    const certificate = await x509.X509CertificateGenerator.create({
        ...validity,
        subject: `CN=${name}`,
        issuer: new x509.X509Certificate(ca.certificate).subject,
        publicKey: keys.publicKey,
        signingKey: ca.keys.privateKey,
        signingAlgorithm: algorithm,
        extensions: [
            new x509.BasicConstraintsExtension(false, undefined, true),
            new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
            new x509.ExtendedKeyUsageExtension([serverAuth]),
            new x509.SubjectAlternativeNameExtension(hosts.map((value) => ({ type: "dns", value }))),
            ...(await keyIdentifiers(keys.publicKey, ca.keys.publicKey)),
        ],
    });
    return { certificate: certificate.toString("pem"), keys };
}

/** Returns the private key as PKCS #8 in PEM. */
export async function privateKeyPem({ keys }: IssuedCertificate): Promise<string> {
    return x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
}

async function selfSigned(name: string, validity: Validity, extensions: x509.Extension[]): Promise<IssuedCertificate> {
    const keys = await newKeys();
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
        ...validity,
        name: `CN=${name}`,
        keys,
        signingAlgorithm: algorithm,
        extensions: [
            new x509.BasicConstraintsExtension(true, 0, true),
            ...extensions,
            ...(await keyIdentifiers(keys.publicKey, keys.publicKey)),
        ],
    });
    return { certificate: certificate.toString("pem"), keys };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
    return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

/** Creates the key identifier extensions. Python 3.13 and later reject a certificate chain without them. */
function keyIdentifiers(subject: webcrypto.CryptoKey, issuer: webcrypto.CryptoKey): Promise<x509.Extension[]> {
    return Promise.all([
        x509.SubjectKeyIdentifierExtension.create(subject),
        x509.AuthorityKeyIdentifierExtension.create(issuer),
    ]);
}
