import { createHash, createPublicKey, randomBytes, sign, type KeyObject } from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
    AlgorithmIdentifier,
    AttributeTypeAndValue,
    AttributeValue,
    AuthorityKeyIdentifier,
    BasicConstraints,
    Certificate,
    ExtendedKeyUsage,
    Extension,
    Extensions,
    GeneralName,
    GeneralSubtree,
    GeneralSubtrees,
    KeyIdentifier,
    KeyUsage,
    KeyUsageFlags,
    Name,
    NameConstraints,
    RelativeDistinguishedName,
    SubjectAlternativeName,
    SubjectKeyIdentifier,
    SubjectPublicKeyInfo,
    TBSCertificate,
    Validity,
    Version,
    id_ce_authorityKeyIdentifier,
    id_ce_basicConstraints,
    id_ce_extKeyUsage,
    id_ce_keyUsage,
    id_ce_nameConstraints,
    id_ce_subjectAltName,
    id_ce_subjectKeyIdentifier,
    id_kp_serverAuth,
} from "@peculiar/asn1-x509";

const ecdsaWithSha256 = "1.2.840.10045.4.3.2";
const commonName = "2.5.4.3";

interface CertificateArgs {
    readonly subject: string;
    readonly subjectKey: KeyObject;
    readonly issuer: string;
    readonly issuerKey: KeyObject;
    readonly notBefore: Date;
    readonly notAfter: Date;
    readonly extensions: readonly Extension[];
}

/** The certificate of an authority that may vouch for these DNS names (and names below them) only, self-signed. PEM. */
export function authorityCertificate(args: {
    name: string;
    key: KeyObject;
    hosts: readonly string[];
    notBefore: Date;
    notAfter: Date;
}): string {
    const permitted = args.hosts.map((host) => new GeneralSubtree({ base: new GeneralName({ dNSName: host }) }));
    return certificate({
        subject: args.name,
        subjectKey: args.key,
        issuer: args.name,
        issuerKey: args.key,
        notBefore: args.notBefore,
        notAfter: args.notAfter,
        extensions: [
            extension(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
            extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign), true),
            extension(
                id_ce_nameConstraints,
                new NameConstraints({ permittedSubtrees: new GeneralSubtrees(permitted) }),
                true,
            ),
        ],
    });
}

/** The certificate of a TLS server that answers for all of these hosts. PEM. */
export function serverCertificate(args: {
    name: string;
    key: KeyObject;
    hosts: readonly string[];
    issuer: string;
    issuerKey: KeyObject;
    notBefore: Date;
    notAfter: Date;
}): string {
    const names = args.hosts.map((host) => new GeneralName({ dNSName: host }));
    return certificate({
        subject: args.name,
        subjectKey: args.key,
        issuer: args.issuer,
        issuerKey: args.issuerKey,
        notBefore: args.notBefore,
        notAfter: args.notAfter,
        extensions: [
            extension(id_ce_basicConstraints, new BasicConstraints({ cA: false }), true),
            extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), true),
            extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth]), false),
            extension(id_ce_subjectAltName, new SubjectAlternativeName(names), false),
        ],
    });
}

function certificate(args: CertificateArgs): string {
    const algorithm = new AlgorithmIdentifier({ algorithm: ecdsaWithSha256 });
    const tbsCertificate = new TBSCertificate({
        version: Version.v3,
        serialNumber: serialNumber(),
        signature: algorithm,
        issuer: distinguishedName(args.issuer),
        validity: new Validity({ notBefore: args.notBefore, notAfter: args.notAfter }),
        subject: distinguishedName(args.subject),
        subjectPublicKeyInfo: publicKeyInfo(args.subjectKey),
        extensions: new Extensions([
            ...args.extensions,
            // Python 3.13 and later refuse a chain without the two key identifiers.
            extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyId(args.subjectKey)), false),
            extension(
                id_ce_authorityKeyIdentifier,
                new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyId(args.issuerKey)) }),
                false,
            ),
        ]),
    });
    const signature = sign("sha256", Buffer.from(AsnConvert.serialize(tbsCertificate)), args.issuerKey);
    const der = AsnConvert.serialize(
        new Certificate({ tbsCertificate, signatureAlgorithm: algorithm, signatureValue: arrayBuffer(signature) }),
    );
    const lines =
        Buffer.from(der)
            .toString("base64")
            .match(/.{1,64}/g) ?? [];
    return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

function extension(extnID: string, value: object, critical: boolean): Extension {
    return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

function distinguishedName(name: string): Name {
    const value = new AttributeValue({ utf8String: name });
    return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: commonName, value })])]);
}

function publicKeyInfo(key: KeyObject): SubjectPublicKeyInfo {
    const der = createPublicKey(key).export({ type: "spki", format: "der" });
    return AsnConvert.parse(arrayBuffer(der), SubjectPublicKeyInfo);
}

/** RFC 5280's first way: SHA-1 of the public key's bits. */
function keyId(key: KeyObject): ArrayBuffer {
    const bits = Buffer.from(publicKeyInfo(key).subjectPublicKey);
    return arrayBuffer(createHash("sha1").update(bits).digest());
}

/** 16 random bytes that read as a positive number without a leading zero byte. */
function serialNumber(): ArrayBuffer {
    const bytes = randomBytes(16);
    bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0);
    return arrayBuffer(bytes);
}

/** A buffer's own bytes: small buffers share a pool, so `.buffer` alone would be too much. */
function arrayBuffer(buffer: Buffer): ArrayBuffer {
    return new Uint8Array(buffer).buffer;
}
