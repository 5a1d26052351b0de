import assert from "node:assert/strict";
import { oidcProviderArn, roleTrusts, trustPolicy } from "../../../../components/aws/trustPolicy";

const account = { accountId: "111122223333", partition: "aws-cn" };
const pods = { namespace: "n", serviceAccounts: ["a", "b"], audience: "x", tokenFile: "/t" };
const issuer = "https://oidc.example.com/id/A1";
const arn = "arn:aws-cn:iam::111122223333:oidc-provider/oidc.example.com/id/A1";
const policy = trustPolicy(account, { issuer, pods });
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

describe("a role's trust policy", () => {
    it("names the provider, and requires the audience and one of the subjects", () => {
        assert.equal(oidcProviderArn(account, issuer), arn);
        assert.deepEqual(policy, {
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Principal: { Federated: arn },
                    Action: "sts:AssumeRoleWithWebIdentity",
                    Condition: {
                        StringEquals: {
                            "oidc.example.com/id/A1:sub": ["system:serviceaccount:n:a", "system:serviceaccount:n:b"],
                            "oidc.example.com/id/A1:aud": "x",
                        },
                    },
                },
            ],
        });
    });
});

describe("whom a role trusts", () => {
    const trusts = (document: unknown) =>
        roleTrusts({ assumeRolePolicy: typeof document === "string" ? document : JSON.stringify(document) });
    const [statement] = (policy as { Statement: [Record<string, unknown>] }).Statement;
    const document = (changed: object) => ({ Version: "2012-10-17", Statement: { ...statement, ...changed } });

    it("is each subject, with issuer and audience", () => {
        const expected = ["a", "b"].map(
            (name) => `issuer ${issuer}, subject system:serviceaccount:n:${name}, audience x`,
        );
        assert.deepEqual(trusts(policy), expected);
        assert.deepEqual(trusts(document({ Sid: "s" })), expected);
    });

    it("is not understood if the policy trusts in another way, or is not known", () => {
        const { "oidc.example.com/id/A1:aud": audience, ...subject } = (
            statement.Condition as { StringEquals: Record<string, unknown> }
        ).StringEquals;
        assert.equal(audience, "x");
        for (const other of [
            document({ Effect: "Deny" }),
            document({ Action: "sts:AssumeRole" }),
            document({ Principal: { AWS: "*" } }),
            document({ Principal: { Federated: arn, AWS: "*" } }),
            document({ Principal: "*" }),
            document({ Condition: undefined }),
            document({ Condition: { StringLike: {} } }),
            document({ Condition: { StringEquals: subject } }),
            document({ NotAction: "a" }),
            { Version: "2008-10-17", Statement: [statement] },
            "no JSON",
            UNKNOWN,
        ]) {
            assert.equal(trusts(other), undefined, JSON.stringify(other));
        }
        assert.equal(roleTrusts({}), undefined);
    });
});
