import assert from "node:assert/strict";
import type { BackendDeployment } from "../../../../components/backend";
import { gcp } from "../../../../components/gcp/preflight";
import { marksOf } from "../../../../components/marks";
import { gcpAccountId } from "../../../../components/names";
import { deploymentWith, IDENTITY, NAME, ownerOf, PLACE } from "../current";
import type { MockOptions } from "../mockAnswers";
import { Mocks, settled } from "../mocks";
import { warningsOf } from "../../warnings";
import { federated } from "./federated";

const ACCOUNT = "gcp:serviceaccount/getAccount:getAccount";
const SECRET = "gcp:secretmanager/getSecret:getSecret";
const PROVIDER = "gcp:iam/getWorkloadIdentityPoolProvider:getWorkloadIdentityPoolProvider";

type Answers = NonNullable<MockOptions["answers"]>;
type Answer = Answers[string];
type Config = Parameters<typeof gcp.lookUp>[0][number]["backend"];

const backend: Config = { kind: "gcp-secret-manager", project: "my-project", scope: "solar", sep: "-", login: "key" };
const missing: Answer = () => new Error("googleapi: Error 404: it does not exist");

async function lookUp(answers: Answers, more: Partial<BackendDeployment<Config>> = {}, only?: Config["only"]) {
    const mocks = await Mocks.set({ answers });
    const deployment = deploymentWith<Config>({ ...backend, only }, more);
    const found = await gcp.lookUp([deployment], {});
    found.create(deployment);
    await settled();
    const resources = mocks.registered.slice(1);
    const imported = resources.filter(({ importId }) => importId !== "");
    return {
        problems: found.problems,
        names: resources.map(({ name }) => name),
        imports: Object.fromEntries(imported.map(({ name, importId }) => [name, importId])),
    };
}

describe("what already has the name of a service account or test secret in Google Cloud", () => {
    const email = `${gcpAccountId(ownerOf(), IDENTITY)}@my-project.iam.gserviceaccount.com`;
    const accountName = `projects/my-project/serviceAccounts/${email}`;
    const secretId = "solar-airflow-variables-verify_variable";
    const testVariable = `${NAME}.${PLACE}.test-variable`;
    const account =
        (displayName: string): Answer =>
        () => ({ name: accountName, displayName });
    const secret =
        (effectiveAnnotations: object): Answer =>
        (inputs) =>
            inputs.secretId === secretId ? { effectiveAnnotations } : missing(inputs);
    const title = `Airflow ${ownerOf().project}/dev/${NAME}`;

    it("is nothing, and all is created", async () => {
        const { problems, imports } = await lookUp({});
        assert.deepEqual([problems, imports], [[], {}]);
    });

    it("is imported if an interrupted run created it", async () => {
        const answers = { [ACCOUNT]: account(title), [SECRET]: secret(marksOf(ownerOf(), false)) };
        const { problems, imports } = await lookUp(answers);
        assert.deepEqual(problems, []);
        assert.deepEqual(imports, {
            [`${NAME}.${IDENTITY}.account`]: accountName,
            [testVariable]: `projects/my-project/secrets/${secretId}`,
        });
    });

    it("is a problem if it is somebody's own, or another stack's", async () => {
        const cases: readonly [Answers, RegExp][] = [
            [
                { [ACCOUNT]: account("Another one") },
                /the service account "airflow-solar\S+" in project my-project already/,
            ],
            [
                { [SECRET]: secret({}) },
                /the secret "solar-\S+" in project my-project already exists, and it is not known/,
            ],
            [
                { [SECRET]: secret(marksOf(ownerOf("lunar", "production"), true)) },
                /already exists, and is Deployment "lunar" of stack \S+\/production's\. Use another scope/,
            ],
        ];
        for (const [answers, expected] of cases) {
            const { problems, imports } = await lookUp(answers);
            assert.deepEqual([problems.length, imports], [1, {}]);
            assert.match(problems[0] ?? "", expected);
        }
    });

    it("is used and not created if another stack shares it and this Deployment shares too", async () => {
        const answers = { [SECRET]: secret(marksOf(ownerOf("lunar", "production"), true)) };
        const { problems, names } = await lookUp(answers, { shareSecrets: true });
        assert.deepEqual(problems, []);
        assert.ok(!names.includes(testVariable));
        assert.ok(names.includes(`${NAME}.${PLACE}.test-connection-uri`));
    });

    it("is no service account if the pods log in with their own token", async () => {
        const { pods, provider: workloadIdentityProvider } = federated;
        const trusting = { ...backend, login: "workload-identity" as const, workloadIdentityProvider };
        const { problems, names } = await lookUp({ [ACCOUNT]: account("Another one") }, { pods, backend: trusting });
        assert.deepEqual(problems, []);
        assert.deepEqual(
            names.filter((name) => name.startsWith(`${NAME}.${IDENTITY}.`)),
            [`${NAME}.${IDENTITY}.grant_1`, `${NAME}.${IDENTITY}.grant_2`],
        );
        const gone = { [PROVIDER]: () => new Error("not found") };
        const [problem = ""] = (await lookUp(gone, { pods, backend: trusting })).problems;
        assert.match(problem, /^solar-dust-1234: the workload identity provider \S+ does not exist\./);
    });

    it("is not looked for among what Airflow does not look up", async () => {
        const { problems, names } = await lookUp({ [SECRET]: secret({}) }, {}, "connections");
        assert.deepEqual(problems, []);
        assert.ok(!names.includes(testVariable));
    });

    it("is only a warning where the login may not look", async () => {
        const denied: Answer = () => new Error("googleapi: Error 403: Permission 'iam.serviceAccounts.get' denied");
        const warnings = await warningsOf(async () => {
            const { problems } = await lookUp({ [ACCOUNT]: denied });
            assert.deepEqual(problems, []);
        });
        assert.match(warnings.join(), /^Deployment \S+: cannot find out .*the service account .*Error 403/);
    });
});
