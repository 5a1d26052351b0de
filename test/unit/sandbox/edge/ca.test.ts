import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AsnConvert } from "@peculiar/asn1-schema";
import { Certificate, NameConstraints, id_ce_nameConstraints } from "@peculiar/asn1-x509";
import { edgeCertificates } from "../../../../sandbox/edge/ca";
import { createConstrainedCa, createServerCertificate, privateKeyPem } from "../../../../sandbox/certificates";

const hosts = ["vault.sandbox.test", "secretmanager.googleapis.com"];

describe("edge certificates", () => {
    let dir: string;

    beforeEach(() => {
        dir = mkdtempSync(join(tmpdir(), "edge-ca-"));
    });

    afterEach(() => {
        rmSync(dir, { recursive: true });
    });

    it("have a CA with critical name constraints for the listed hosts", async () => {
        const { caPath } = await edgeCertificates(dir, hosts);
        const { extensions } = AsnConvert.parse(
            new X509Certificate(readFileSync(caPath)).raw,
            Certificate,
        ).tbsCertificate;
        const constraint = extensions?.find(({ extnID }) => extnID === id_ce_nameConstraints);
        assert.ok(constraint?.critical);
        const { permittedSubtrees } = AsnConvert.parse(constraint.extnValue.buffer, NameConstraints);
        assert.deepEqual(
            [...(permittedSubtrees ?? [])].map(({ base }) => base.dNSName),
            hosts,
        );
    });

    it("do not store the CA's key, and make every file private", async () => {
        await edgeCertificates(dir, hosts);
        assert.equal(statSync(dir).mode & 0o777, 0o700);
        assert.deepEqual(readdirSync(dir).sort(), ["ca.pem", "edge.key", "edge.pem"]);
        for (const file of readdirSync(dir)) assert.equal(statSync(join(dir, file)).mode & 0o777, 0o600, file);
    });

    it("are reused for the same hosts in any order, and replaced for other hosts", async () => {
        const first = await edgeCertificates(dir, hosts);
        const ca = readFileSync(first.caPath, "utf8");
        assert.deepEqual(await edgeCertificates(dir, [...hosts].reverse()), first);
        assert.equal(readFileSync(first.caPath, "utf8"), ca);
        const other = await edgeCertificates(dir, [...hosts, "login.microsoftonline.com"]);
        assert.notEqual(other.cert, first.cert);
        assert.notEqual(readFileSync(first.caPath, "utf8"), ca);
    });

    it("are replaced after a start that was interrupted between two writes", async () => {
        await edgeCertificates(dir, hosts);
        rmSync(join(dir, "edge.key"));
        const { caPath, cert } = await edgeCertificates(dir, hosts);
        assert.ok(new X509Certificate(cert).verify(new X509Certificate(readFileSync(caPath)).publicKey));
    });

    it("are accepted by Python's ssl in strict mode for a listed host, and rejected for another", async () => {
        const { caPath } = await edgeCertificates(dir, hosts);
        const files = [caPath, join(dir, "edge.pem"), join(dir, "edge.key")];
        assert.equal(pythonHandshake("vault.sandbox.test", files), "trusted");
        assert.equal(pythonHandshake("secretmanager.googleapis.com", files), "trusted");
        assert.match(pythonHandshake("example.com", files), /Hostname mismatch/);
    });

    it("have a CA whose certificates for other hosts are rejected by Python's ssl", async () => {
        const validity = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 60_000) };
        const files = [join(dir, "ca.pem"), join(dir, "other.pem"), join(dir, "other.key")] as const;
        const ca = await createConstrainedCa("CA", hosts, validity);
        const server = await createServerCertificate(ca, "other", ["example.com"], validity);
        writeFileSync(files[0], ca.certificate);
        writeFileSync(files[1], server.certificate);
        writeFileSync(files[2], await privateKeyPem(server));
        assert.match(pythonHandshake("example.com", files), /permitted subtree violation/);
    });
});

/**
 * Runs a TLS handshake in memory with the strict checks of Python 3.13. Returns `trusted`, or the verification error.
 */
function pythonHandshake(host: string, [ca, cert, key]: readonly string[]): string {
    const script = `
import ssl, sys
host, ca, cert, key = sys.argv[1:]
server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); server.load_cert_chain(cert, key)
client = ssl.create_default_context(cafile=ca); client.verify_flags |= ssl.VERIFY_X509_STRICT
a, b = ssl.MemoryBIO(), ssl.MemoryBIO()
ends = [client.wrap_bio(a, b, server_hostname=host), server.wrap_bio(b, a, server_side=True)]
try:
    for end in ends * 4:
        try: end.do_handshake()
        except ssl.SSLWantReadError: pass
    print("trusted" if ends[0].getpeercert() else "no certificate")
except ssl.SSLCertVerificationError as error:
    print(error.verify_message)
`;
    const args = ["-c", script, host, ...[ca, cert, key].map(String)];
    return execFileSync("python3", args, { encoding: "utf8" }).trim();
}
