import assert from "node:assert/strict";
import { findProviderProblems } from "../../../../components/aws/identityProviders";
import type { MockOptions } from "../mockAnswers";
import { Mocks } from "../mocks";
import { warningsOf } from "../../warnings";

const PROVIDER = "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider";
const account = { accountId: "111122223333", partition: "aws" };
const issuer = "https://oidc.example.com/id/A1";
const pods = { namespace: "n", serviceAccounts: ["a"], audience: "sts.amazonaws.com", tokenFile: "/t" };

type Answer = NonNullable<MockOptions["answers"]>[string];

const trusting = (name: string, audience = pods.audience) => ({
    name,
    backend: { issuer },
    pods: { ...pods, audience },
});

async function problemsWith(answer: Answer, ...deployments: Parameters<typeof findProviderProblems>[0]) {
    const mocks = await Mocks.set({ answers: { [PROVIDER]: answer } });
    const problems = await findProviderProblems(deployments, account);
    return { problems, calls: mocks.calls.filter(({ token }) => token === PROVIDER) };
}

describe("the identity provider of an issuer in AWS", () => {
    it("is looked for once, and has to list the audience", async () => {
        const answer: Answer = ({ url }) => ({ clientIdLists: url === issuer ? ["sts.amazonaws.com", "b"] : [] });
        const { problems, calls } = await problemsWith(answer, trusting("one"), trusting("two", "b"));
        assert.deepEqual([problems, calls.length], [[], 1]);
        const { problems: found } = await problemsWith(answer, trusting("one"), trusting("two", "c"));
        assert.deepEqual(found, [
            `Deployment two: the identity provider for ${issuer} in AWS does not list the audience "c" of the pods' ` +
                'tokens, but "sts.amazonaws.com", "b". Write one of them as audience, or add it (aws iam ' +
                "add-client-id-to-open-id-connect-provider --client-id c --open-id-connect-provider-arn " +
                "arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A1)",
        ]);
    });

    it("is not looked for if nobody trusts its tokens", async () => {
        const { calls } = await problemsWith(() => ({}), { name: "a", backend: {}, pods: undefined });
        assert.deepEqual(calls, []);
    });

    it("has to exist", async () => {
        const missing: Answer = () => new Error(`reading IAM OIDC Provider (${issuer}): couldn't find resource`);
        const { problems } = await problemsWith(missing, trusting("one"));
        assert.equal(problems.length, 1);
        assert.match(
            problems[0] ?? "",
            /^Deployment one: AWS account 111122223333 has no .* --url https:\S+ --client-id-list sts\.amazonaws\.com\)/,
        );
    });

    it("is only a warning if Pulumi may not look", async () => {
        const denied: Answer = () =>
            new Error("AccessDenied: not authorized to perform iam:ListOpenIDConnectProviders");
        const warnings = await warningsOf(async () => {
            assert.deepEqual((await problemsWith(denied, trusting("one"))).problems, []);
        });
        assert.match(
            warnings.join(),
            /^Cannot find out whether AWS has an identity provider .*AccessDenied.*docs\/aws\.md/,
        );
    });

    it("stops the run if AWS fails in another way", async () => {
        const failing: Answer = () => new Error("no valid credential sources");
        await assert.rejects(
            problemsWith(failing, trusting("one")),
            /no valid credential sources\. Nothing was changed/,
        );
    });
});
