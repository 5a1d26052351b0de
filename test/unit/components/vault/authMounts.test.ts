import assert from "node:assert/strict";
import { findAuthMountProblems, type AuthUse } from "../../../../components/vault/authMounts";
import { fakeVault, type Contents } from "./fakeVault";
import type { MockOptions } from "../mockAnswers";
import { Mocks } from "../mocks";

type Found = NonNullable<MockOptions["authMount"]>;

const none = new Error("Code: 400. Errors:\n\n* No secret engine mount at auth/approle/");

async function check(authMount: Found, uses: readonly AuthUse[], contents: Contents = {}) {
    const mocks = await Mocks.set({ authMount });
    const { call, asked } = fakeVault(contents);
    return { problems: await findAuthMountProblems(uses, call), mocks, asked };
}

describe("the auth method of an AppRole", () => {
    const approles = (secretIdTtl: number, found: Found, ...deployments: string[]) =>
        check(
            found,
            deployments.map((deployment) => ({ deployment, login: "approle", authMount: "approle", secretIdTtl })),
        );

    it("may have a maximum TTL that is not below the secret id's, and is not asked for a configuration", async () => {
        const { problems, asked } = await approles(3600, { type: "approle", maxLeaseTtlSeconds: 3600 }, "one");
        assert.deepEqual([problems, asked], [[], []]);
    });

    it("is refused if Vault would reduce a TTL, for each Deployment, with what to do", async () => {
        const { problems } = await approles(7200, { type: "approle", maxLeaseTtlSeconds: 3600 }, "one", "two");
        assert.equal(problems.length, 2);
        assert.match(problems[0]!, /"one": secretIdTtl is 7200 s.*allows 3600 s at most.*max-lease-ttl=7200s approle/);
        assert.match(problems[1]!, /"two"/);
    });

    it("is refused if there is none, or one of another type", async () => {
        assert.match((await approles(60, none, "one")).problems.join(), /there is no auth method at that path/);
        const other = await approles(60, { type: "ldap", maxLeaseTtlSeconds: 0 }, "one");
        assert.match(
            other.problems.join(),
            /is of type "ldap" at that path, but an AppRole auth method is required\..*vault auth enable -path=approle approle/,
        );
    });

    it("is refused if the permission to read it is missing", async () => {
        const { problems } = await approles(60, new Error("Code: 403. Errors:\n\n* permission denied"), "one");
        assert.match(problems.join(), /does not let this token read sys\/mounts\/auth\/approle.*docs\/vault\.md/);
        await assert.rejects(approles(60, new Error("connection refused"), "one"), /connection refused/);
    });

    it("is read once, however many Deployments use it", async () => {
        const { mocks } = await approles(60, { type: "approle", maxLeaseTtlSeconds: 3600 }, "one", "two", "three");
        assert.equal(mocks.calls.length, 1);
    });
});

describe("the auth method of a login with the token of the pods", () => {
    const use = (login: "kubernetes" | "jwt", authMount: string = login): AuthUse => ({
        deployment: "one",
        login,
        authMount,
    });
    const method = (type: string): Found => ({ type, maxLeaseTtlSeconds: 0 });
    const configured = { "auth/kubernetes/config": {}, "auth/jwt/config": {} };

    it("has the login's type, and a configuration", async () => {
        assert.deepEqual((await check(method("kubernetes"), [use("kubernetes")], configured)).problems, []);
        assert.deepEqual((await check(method("jwt"), [use("jwt")], configured)).problems, []);
        assert.deepEqual((await check(method("oidc"), [use("jwt")], configured)).problems, []);
    });

    it("is refused if it is of another type", async () => {
        const { problems } = await check(method("jwt"), [use("kubernetes", "clusters/eu")]);
        assert.deepEqual(problems, [
            'authMount "clusters/eu": the auth method is of type "jwt" at that path, but a Kubernetes auth method is ' +
                "required. Write the path of yours, or enable one: vault auth enable -path=clusters/eu kubernetes",
        ]);
        const other = await check(method("approle"), [use("jwt")]);
        assert.match(other.problems.join(), /but a JWT auth method is required/);
    });

    it("is refused without a configuration, with how to write it", async () => {
        const kubernetes = await check(method("kubernetes"), [use("kubernetes")]);
        assert.match(
            kubernetes.problems.join(),
            /^authMount "kubernetes": the auth method is not configured, .*vault write auth\/kubernetes\/config kubernetes_host=/,
        );
        const jwt = await check(method("jwt"), [use("jwt")]);
        assert.match(jwt.problems.join(), /vault write auth\/jwt\/config oidc_discovery_url=/);
    });

    it("is not judged if its configuration must not be read, and any other failure is not hidden", async () => {
        const { problems } = await check(method("jwt"), [use("jwt")], { "auth/jwt/config": 403 });
        assert.deepEqual(problems, []);
        await assert.rejects(check(method("jwt"), [use("jwt")], { "auth/jwt/config": 503 }), /Vault is sealed/);
    });

    it("is read in its namespace", async () => {
        const inTeam = { ...use("jwt"), namespace: "team" };
        const { problems, asked } = await check(method("jwt"), [inTeam], { "team/auth/jwt/config": {} });
        assert.deepEqual([problems, asked], [[], ["team/auth/jwt/config"]]);
    });
});
