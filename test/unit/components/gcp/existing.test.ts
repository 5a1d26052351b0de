import assert from "node:assert/strict";
import { findExistingInGcp } from "../../../../components/gcp/existing";
import { gcpAccountId } from "../../../../components/names";
import { testSecretTexts } from "../../../../airflow/testSecrets";
import { deploymentWith, IDENTITY, NAME, ownerOf, PLACE } from "../current";
import type { MockOptions } from "../mockAnswers";
import { Mocks } from "../mocks";

const ACCOUNT = "gcp:serviceaccount/getAccount:getAccount";
const SECRET = "gcp:secretmanager/getSecret:getSecret";
const VERSION = "gcp:secretmanager/getSecretVersionAccess:getSecretVersionAccess";

type Answers = NonNullable<MockOptions["answers"]>;
type Answer = Answers[string];

const missing: Answer = () => new Error("googleapi: Error 404: it does not exist");
const nothing: Answers = { [ACCOUNT]: missing, [SECRET]: missing, [VERSION]: missing };

async function found(answers: Answers): Promise<Record<string, string>> {
    await Mocks.set({ answers: { ...nothing, ...answers } });
    const backend = { kind: "gcp-secret-manager", project: "my-project", scope: "solar", sep: "-" } as const;
    return Object.fromEntries(await findExistingInGcp(deploymentWith(backend)));
}

describe("what an interrupted run left in Google Cloud", () => {
    it("is nothing if nothing is found", async () => {
        assert.deepEqual(await found({}), {});
    });

    it("is an account with the Deployment's title; another title is somebody else's account", async () => {
        const id = `projects/my-project/serviceAccounts/${gcpAccountId(ownerOf(), IDENTITY)}@my-project.iam.gserviceaccount.com`;
        const account =
            (displayName: string): Answer =>
            () => ({ name: id, displayName });
        const ours = await found({ [ACCOUNT]: account(`Airflow dev/${NAME}`) });
        assert.deepEqual(ours, { [`${NAME}.${IDENTITY}.account`]: id });
        assert.deepEqual(await found({ [ACCOUNT]: account("Another one") }), {});
    });

    it("is a secret without a version or with the test secret's value, and no other", async () => {
        const secretId = "solar-airflow-variables-verify_variable";
        const secret: Answer = (inputs) => (inputs.secretId === secretId ? {} : missing(inputs));
        const ours = { [`${NAME}.${PLACE}.test-variable`]: `projects/my-project/secrets/${secretId}` };
        assert.deepEqual(await found({ [SECRET]: secret }), ours);
        const value =
            (secretData: string): Answer =>
            () => ({ secretData });
        assert.deepEqual(await found({ [SECRET]: secret, [VERSION]: value(testSecretTexts[0].text) }), ours);
        assert.deepEqual(await found({ [SECRET]: secret, [VERSION]: value("a team's own") }), {});
    });
});
