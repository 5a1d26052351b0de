import assert from "node:assert/strict";
import { assertProblem, problemsIn, target } from "../../stack/fixtures";

const NAME = "solar-dust-1234";
const AT = `deployments[0] (${NAME})`;

type Json = Record<string, unknown>;

/** What a keyless login needs. */
const keyless = { login: "web-identity", issuer: "https://oidc.eks.eu-central-1.amazonaws.com/id/A1B2" };

describe("the login of an AWS backend", () => {
    const withTarget = (backend: Json, more: Json): Json[] => [
        {
            name: NAME,
            backend: { kind: "aws-parameter-store", region: "eu-central-1", ...backend },
            target: { ...target(NAME), ...more },
        },
    ];
    /** Returns a Deployment whose pods' service accounts are known. */
    const deployment = (backend: Json): Json[] =>
        withTarget(backend, { namespace: "airflow", serviceAccounts: ["solar"] });

    it("is a token of the pods if the issuer is known", () => {
        assert.deepEqual(problemsIn(deployment(keyless)), []);
        assert.deepEqual(problemsIn(deployment({ ...keyless, audience: "https://aws.example.com" })), []);
    });

    it("needs an issuer whose name can be a part of an ARN", () => {
        const at = `${AT}.backend.issuer`;
        const { issuer, ...none } = keyless;
        assert.ok(issuer);
        assertProblem(
            deployment(none),
            at,
            "nothing",
            /^Allowed: an issuer, because login: web-identity trusts .* on EKS/,
        );
        for (const wrong of [
            "http://a.example.com",
            "https://a.example.com/",
            "a.example.com",
            "https://a*b",
            "https://*",
        ]) {
            const found = deployment({ ...keyless, issuer: wrong });
            assertProblem(
                found,
                at,
                JSON.stringify(wrong),
                /^Allowed: the https URL of the cluster's token issuer, without/,
            );
        }
    });

    it("takes no audience with spaces or quotes", () => {
        for (const audience of ["", "a b", 'a"b']) {
            const found = deployment({ ...keyless, audience });
            assertProblem(
                found,
                `${AT}.backend.audience`,
                JSON.stringify(audience),
                /^Allowed: the audience of the pods/,
            );
        }
    });

    it("has only its own keys", () => {
        const rest = /^Allowed: this key with login: web-identity\. Write login: web-identity, or remove the key\.$/;
        for (const [key, value] of Object.entries({ issuer: keyless.issuer, audience: "a" })) {
            const found = withTarget({ [key]: value }, {});
            assertProblem(found, `${AT}.backend.${key}`, JSON.stringify(value), rest);
        }
        assertProblem(
            deployment({ ...keyless, credentialIn: "kwargs" }),
            `${AT}.backend.credentialIn`,
            '"kwargs"',
            /^Allowed: this key with login: access-key, which has a credential\. Remove the key\.$/,
        );
    });
});
