import { webcrypto } from "node:crypto";
// @peculiar/x509 needs it to be there first.
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

/** The certificates of the sandbox's servers. All are PEM, with keys on the curve P-256. */

export interface Signed {
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

/** A server on 127.0.0.1 that is its own authority: whoever trusts this one certificate trusts this one server. */
export function loopbackServer(name: string, validity: Validity): Promise<Signed> {
    return selfSigned(name, validity, [
        new x509.SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }]),
        new x509.ExtendedKeyUsageExtension([serverAuth, clientAuth]),
    ]);
}

/** An authority that may vouch for these DNS names, and names below them, only; `*.` before a name means those below. */
export function constrainedAuthority(name: string, hosts: readonly string[], validity: Validity): Promise<Signed> {
    const permitted = hosts.map(
        (host) => new GeneralSubtree({ base: new GeneralName({ dNSName: host.replace(/^\*\./, "") }) }),
    );
    const constraints = new NameConstraints({ permittedSubtrees: new GeneralSubtrees(permitted) });
    return selfSigned(name, validity, [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        new x509.Extension(id_ce_nameConstraints, true, AsnConvert.serialize(constraints)),
    ]);
}

/** A TLS server that answers for all of these hosts, by the authority's word. */
export async function serverOf(
    authority: Signed,
    name: string,
    hosts: readonly string[],
    validity: Validity,
): Promise<Signed> {
    const keys = await newKeys();
    const certificate = await x509.X509CertificateGenerator.create({
        ...validity,
        subject: `CN=${name}`,
        issuer: new x509.X509Certificate(authority.certificate).subject,
        publicKey: keys.publicKey,
        signingKey: authority.keys.privateKey,
        signingAlgorithm: algorithm,
        extensions: [
            new x509.BasicConstraintsExtension(false, undefined, true),
            new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
            new x509.ExtendedKeyUsageExtension([serverAuth]),
            new x509.SubjectAlternativeNameExtension(hosts.map((value) => ({ type: "dns", value }))),
            ...(await keyIdentifiers(keys.publicKey, authority.keys.publicKey)),
        ],
    });
    return { certificate: certificate.toString("pem"), keys };
}

/** PKCS #8, PEM. */
export async function privateKeyPem({ keys }: Signed): Promise<string> {
    return x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
}

async function selfSigned(name: string, validity: Validity, extensions: x509.Extension[]): Promise<Signed> {
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

/** Python 3.13 and later refuse a chain without them. */
function keyIdentifiers(subject: webcrypto.CryptoKey, issuer: webcrypto.CryptoKey): Promise<x509.Extension[]> {
    return Promise.all([
        x509.SubjectKeyIdentifierExtension.create(subject),
        x509.AuthorityKeyIdentifierExtension.create(issuer),
    ]);
}
