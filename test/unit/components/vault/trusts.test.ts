import assert from "node:assert/strict";
import { jwtRoleTrusts, kubernetesRoleTrusts } from "../../../../components/vault/trusts";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const subject = (name: string): string => `system:serviceaccount:airflow:${name}`;

describe("whom a Kubernetes role of Vault trusts", () => {
    const role = {
        backend: "kubernetes",
        roleName: "r",
        boundServiceAccountNames: ["scheduler", "worker"],
        boundServiceAccountNamespaces: ["airflow"],
        audience: "vault",
    };

    it("is each service account, with its audience and where its issuer is configured", () => {
        assert.deepEqual(kubernetesRoleTrusts(role), [
            `issuer of auth/kubernetes, subject ${subject("scheduler")}, audience vault`,
            `issuer of auth/kubernetes, subject ${subject("worker")}, audience vault`,
        ]);
        assert.match(
            kubernetesRoleTrusts({ ...role, namespace: "team" })?.[0] ?? "",
            /^issuer of team\/auth\/kubernetes,/,
        );
        const two = kubernetesRoleTrusts({ ...role, boundServiceAccountNamespaces: ["airflow", "b"] });
        assert.equal(two?.length, 4);
    });

    it("is not understood with a wildcard, with fewer checks, or while it is unknown", () => {
        for (const other of [
            { boundServiceAccountNames: ["*"] },
            { boundServiceAccountNames: ["sched*", "worker"] },
            { boundServiceAccountNames: [] },
            { boundServiceAccountNames: UNKNOWN },
            { boundServiceAccountNamespaces: ["*"] },
            { boundServiceAccountNamespaces: undefined },
            { boundServiceAccountNamespaceSelector: '{"matchLabels":{}}' },
            { audience: undefined },
            { audience: "" },
            { audience: UNKNOWN },
            { backend: undefined },
        ]) {
            assert.equal(kubernetesRoleTrusts({ ...role, ...other }), undefined, JSON.stringify(other));
        }
    });
});

describe("whom a JWT role of Vault trusts", () => {
    const role = {
        backend: "jwt",
        roleName: "r",
        roleType: "jwt",
        userClaim: "sub",
        boundAudiences: ["vault"],
        boundClaims: { sub: `${subject("scheduler")},${subject("worker")}` },
    };

    it("is each subject, with each audience", () => {
        assert.deepEqual(jwtRoleTrusts(role), [
            `issuer of auth/jwt, subject ${subject("scheduler")}, audience vault`,
            `issuer of auth/jwt, subject ${subject("worker")}, audience vault`,
        ]);
        assert.equal(jwtRoleTrusts({ ...role, boundAudiences: ["a", "b"], boundClaimsType: "string" })?.length, 4);
    });

    it("is not understood with a wildcard, with fewer or other checks, or while it is unknown", () => {
        for (const other of [
            { roleType: "oidc" },
            { roleType: undefined },
            { boundAudiences: [] },
            { boundAudiences: undefined },
            { boundClaims: {} },
            { boundClaims: undefined },
            { boundClaims: { sub: "" } },
            { boundClaims: { sub: UNKNOWN } },
            { boundClaims: { sub: "system:serviceaccount:*:worker" } },
            { boundClaims: { ...role.boundClaims, groups: "a" } },
            { boundClaims: { groups: "a" } },
            { boundClaims: UNKNOWN },
            { boundClaimsType: "glob" },
            { disableBoundClaimsParsing: true },
            { boundSubject: subject("scheduler") },
        ]) {
            assert.equal(jwtRoleTrusts({ ...role, ...other }), undefined, JSON.stringify(other));
        }
    });
});
