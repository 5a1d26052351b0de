import type { Route } from "./rest";
import type { Secrets } from "./secrets";

/** Returns the routes of Secret Manager v1 over REST, which the official plugin uses; Google's clients use gRPC. */
export function secretRoutes(secrets: Secrets): Route[] {
    const host = "secretmanager.googleapis.com";
    const all = /^\/v1\/(projects\/[^/]+)\/secrets$/;
    const secret = /^\/v1\/(projects\/[^/]+\/secrets\/[^/:]+)$/;
    const version = /^\/v1\/(projects\/[^/]+\/secrets\/[^/:]+\/versions\/[^/:]+)$/;
    const withVerb = (path: RegExp, verb: string): RegExp => new RegExp(`${path.source.slice(0, -1)}:${verb}$`);
    const access = withVerb(version, "access");
    const enable = withVerb(version, "enable");
    const destroy = withVerb(version, "destroy");
    return [
        { method: "GET", host, path: all, answer: (who, [parent = ""]) => secrets.listSecrets(who, { parent }) },
        {
            method: "POST",
            host,
            path: all,
            answer: (who, [parent = ""], body, query) =>
                secrets.createSecret(who, { parent, secretId: query.get("secretId") ?? "", secret: body }),
        },
        { method: "GET", host, path: secret, answer: (who, [name = ""]) => secrets.getSecret(who, { name }) },
        {
            method: "PATCH",
            host,
            path: secret,
            answer: (who, [name = ""], body, query) =>
                secrets.updateSecret(who, { secret: { ...body, name }, updateMask: query.get("updateMask") ?? "" }),
        },
        { method: "DELETE", host, path: secret, answer: (who, [name = ""]) => secrets.deleteSecret(who, { name }) },
        {
            method: "POST",
            host,
            path: withVerb(secret, "addVersion"),
            answer: (who, [parent = ""], body) => secrets.addSecretVersion(who, { ...body, parent }),
        },
        { method: "GET", host, path: version, answer: (who, [name = ""]) => secrets.getSecretVersion(who, { name }) },
        { method: "GET", host, path: access, answer: (who, [name = ""]) => secrets.accessSecretVersion(who, { name }) },
        {
            method: "POST",
            host,
            path: enable,
            answer: (who, [name = ""]) => secrets.enableSecretVersion(who, { name }),
        },
        {
            method: "POST",
            host,
            path: destroy,
            answer: (who, [name = ""]) => secrets.destroySecretVersion(who, { name }),
        },
    ];
}
