import type { Route } from "./rest";
import type { Secrets } from "./secrets";

/** Secret Manager v1 over REST: the official plugin's way, where Google's clients take gRPC. */
export function secretRoutes(secrets: Secrets): Route[] {
    const host = "secretmanager.googleapis.com";
    const all = /^\/v1\/(projects\/[^/]+)\/secrets$/;
    const secret = /^\/v1\/(projects\/[^/]+\/secrets\/[^/:]+)$/;
    const version = /^\/v1\/(projects\/[^/]+\/secrets\/[^/:]+\/versions\/[^/:]+)$/;
    const doing = (path: RegExp, verb: string): RegExp => new RegExp(`${path.source.slice(0, -1)}:${verb}$`);
    const access = doing(version, "access");
    const enable = doing(version, "enable");
    const destroy = doing(version, "destroy");
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
        { method: "DELETE", host, path: secret, answer: (who, [name = ""]) => secrets.deleteSecret(who, { name }) },
        {
            method: "POST",
            host,
            path: doing(secret, "addVersion"),
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
