import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { decodeJwt, decodeProtectedHeader, SignJWT, type JWTPayload } from "jose";
import { kubernetesCluster } from "../../sandbox/verify/kubernetesCluster";
import type { Harness } from "./harness";

export interface PodTokensArgs {
    readonly namespace: string;
    readonly serviceAccount: string;
    readonly audience: string;
}

/** A token that the pods have, and tokens that a service must refuse. */
export interface PodTokens {
    readonly good: string;
    readonly refused: Readonly<Record<string, string>>;
}

/** Creates a namespace and service accounts of somebody else, and returns tokens. */
export async function podTokens(harness: Harness, args: PodTokensArgs): Promise<PodTokens> {
    const { namespace, serviceAccount, audience } = args;
    const cluster = kubernetesCluster(harness.sandbox.kubeconfig);
    const elsewhere = { apiVersion: "v1", kind: "Namespace", metadata: { name: "elsewhere" } };
    const accounts = [
        { name: serviceAccount, namespace: "elsewhere" },
        { name: "somebody", namespace },
    ].map((metadata) => ({ apiVersion: "v1", kind: "ServiceAccount", metadata }));
    for (const object of [elsewhere, ...accounts]) {
        await harness.kubernetes.create(object);
    }
    const good = await cluster.token({ namespace, audience }, serviceAccount);
    const { kid = "" } = decodeProtectedHeader(good);
    const claims = decodeJwt(good);
    const keyFile = join(dirname(harness.sandbox.kubeconfig), "service-account.key");
    const ownKey = createPrivateKey(await readFile(keyFile, "utf8"));
    const { privateKey: foreignKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const now = Math.floor(Date.now() / 1000);
    return {
        good,
        refused: {
            "of another namespace": await cluster.token({ namespace: "elsewhere", audience }, serviceAccount),
            "of another service account": await cluster.token({ namespace, audience }, "somebody"),
            "for another audience": await cluster.token({ namespace, audience: "somebody-else" }, serviceAccount),
            "of another issuer": await sign({ ...claims, iss: "https://issuer.example.com" }, foreignKey, kid),
            "with another issuer's signature": await sign(claims, foreignKey, kid),
            "that has expired": await sign({ ...claims, iat: now - 700, nbf: now - 700, exp: now - 60 }, ownKey, kid),
        },
    };
}

function sign(claims: JWTPayload, key: KeyObject, kid: string): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid }).sign(key);
}
