import assert from "node:assert/strict";
import { findExistingInAws } from "../../../../components/aws/existing";
import { testSecretTexts } from "../../../../airflow/testSecrets";
import { deploymentWith, IDENTITY, NAME, PLACE } from "../current";
import type { MockOptions } from "../mockAnswers";
import { Mocks } from "../mocks";

const KEYS = "aws:iam/getAccessKeys:getAccessKeys";
const SECRET = "aws:secretsmanager/getSecret:getSecret";
const VERSION = "aws:secretsmanager/getSecretVersion:getSecretVersion";
const PARAMETER = "aws:ssm/getParameter:getParameter";

type Answers = NonNullable<MockOptions["answers"]>;
type Answer = Answers[string];

const missing: Answer = () => new Error("invoking aws:…: reading …: couldn't find resource");
const nothing: Answers = {
    [KEYS]: missing,
    [SECRET]: missing,
    [VERSION]: missing,
    [PARAMETER]: missing,
};
const [variable] = testSecretTexts;

async function found(
    kind: "aws-secrets-manager" | "aws-parameter-store",
    answers: Answers,
    mayExist = true,
): Promise<Record<string, string>> {
    await Mocks.set({ answers: { ...nothing, ...answers } });
    const common = { region: "eu-central-1", scope: "solar" };
    const backend: Parameters<typeof findExistingInAws>[0]["backend"] =
        kind === "aws-parameter-store" ? { kind, ...common } : { kind, ...common, sep: "/", recoveryWindowInDays: 30 };
    return Object.fromEntries(await findExistingInAws(deploymentWith(backend, { mayExist: () => mayExist })));
}

describe("what an interrupted run left in AWS", () => {
    const user = `${NAME}.${IDENTITY}.user`;
    const testVariable = `${NAME}.${PLACE}.test-variable`;

    it("is not looked for unless it may exist", async () => {
        const failing: Answer = () => assert.fail("nothing must be asked");
        assert.deepEqual(await found("aws-secrets-manager", { [KEYS]: failing, [SECRET]: failing }, false), {});
    });

    it("is nothing if nothing is found, and an error of another kind is not taken for that", async () => {
        assert.deepEqual(await found("aws-secrets-manager", {}), {});
        const denied: Answer = () => new Error("AccessDenied: not authorized to perform: iam:ListAccessKeys");
        await assert.rejects(found("aws-secrets-manager", { [KEYS]: denied }), /AccessDenied/);
    });

    it("is a user without an access key; one with a key is somebody else's", async () => {
        const keys = (...accessKeys: object[]) => ({
            [KEYS]: ({ user: name }: object & { user?: string }) => ({ user: name, accessKeys }),
        });
        assert.deepEqual(await found("aws-secrets-manager", keys()), { [user]: `airflow.dev.${NAME}.${IDENTITY}` });
        assert.deepEqual(await found("aws-secrets-manager", keys({ accessKeyId: "AKIA" })), {});
    });

    it("is a secret without a value or with the test secret's, and no other", async () => {
        const name = "airflow/solar/variables/verify_variable";
        const secret: Answer = (inputs) => (inputs.name === name ? { arn: `arn:${name}` } : missing(inputs));
        const value =
            (secretString: string): Answer =>
            () => ({ secretString });
        const ours = { [testVariable]: `arn:${name}@eu-central-1` };
        assert.deepEqual(await found("aws-secrets-manager", { [SECRET]: secret }), ours);
        const same = { [SECRET]: secret, [VERSION]: value(variable.text) };
        assert.deepEqual(await found("aws-secrets-manager", same), ours);
        assert.deepEqual(await found("aws-secrets-manager", { ...same, [VERSION]: value("a team's own") }), {});
    });

    it("is a parameter with the test secret's value, and no other", async () => {
        const name = "/airflow/solar/variables/verify_variable";
        const parameter =
            (value: string): Answer =>
            (inputs) =>
                inputs.name === name ? { value } : missing(inputs);
        const ours = { [PARAMETER]: parameter(variable.text) };
        assert.deepEqual(await found("aws-parameter-store", ours), { [testVariable]: `${name}@eu-central-1` });
        assert.deepEqual(await found("aws-parameter-store", { [PARAMETER]: parameter("a team's own") }), {});
    });
});
