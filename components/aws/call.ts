import { createHash, createHmac } from "node:crypto";
import type { HttpRequest } from "../../lib/http";
import { awsHost } from "./endpoint";

export interface AwsKey {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    /** Only with a key that expires. */
    readonly sessionToken?: string | undefined;
}

/** A call of an AWS API with the JSON protocol, such as Secrets Manager and Parameter Store have. */
export interface AwsCall {
    /** The service's name in its host and in the signature, e.g. `ssm`. */
    readonly service: string;
    readonly region: string;
    /** The operation with the API's name, e.g. `AmazonSSM.GetParameter`. */
    readonly target: string;
    readonly body: object;
}

/** Returns the signed request (Signature Version 4). */
export async function signedRequest(
    { service, region, target, body }: AwsCall,
    credentials: AwsKey,
): Promise<{ readonly url: string; readonly request: Omit<HttpRequest, "timeoutMs"> }> {
    const { SignatureV4 } = await import("@smithy/signature-v4");
    const host = awsHost(service, region);
    const text = JSON.stringify(body);
    const { sessionToken, ...key } = credentials;
    const identity = sessionToken === undefined ? key : { ...key, sessionToken };
    const signer = new SignatureV4({ service, region, credentials: identity, sha256: Sha256 });
    const { headers } = await signer.sign({
        method: "POST",
        protocol: "https:",
        hostname: host,
        path: "/",
        query: {},
        headers: { host, "content-type": "application/x-amz-json-1.1", "x-amz-target": target },
        body: text,
    });
    return { url: `https://${host}/`, request: { method: "POST", headers, body: text } };
}

/** SHA-256, with a key as HMAC, in the form that the signer takes. */
class Sha256 {
    private chunks: Uint8Array[] = [];

    constructor(private readonly secret?: string | ArrayBuffer | ArrayBufferView) {}

    update(data: Uint8Array): void {
        this.chunks.push(data);
    }

    digest(): Promise<Uint8Array> {
        const data = Buffer.concat(this.chunks);
        const hash = this.secret === undefined ? createHash("sha256") : createHmac("sha256", keyOf(this.secret));
        return Promise.resolve(new Uint8Array(hash.update(data).digest()));
    }

    reset(): void {
        this.chunks = [];
    }
}

function keyOf(secret: string | ArrayBuffer | ArrayBufferView): Buffer {
    if (typeof secret === "string") {
        return Buffer.from(secret, "utf8");
    }
    return ArrayBuffer.isView(secret)
        ? Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength)
        : Buffer.from(secret);
}
