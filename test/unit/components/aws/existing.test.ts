import assert from "node:assert/strict";
import { aws } from "../../../../components/aws/preflight";
import type { BackendDeployment } from "../../../../components/backend";
import { marksOf } from "../../../../components/marks";
import { deploymentWith, IDENTITY, NAME, ownerOf, PLACE } from "../current";
import type { MockOptions } from "../mockAnswers";
import { Mocks, settled } from "../mocks";
import { warningsOf } from "../../warnings";

const USER = "aws:iam/getUser:getUser";
const ROLE = "aws:iam/getRole:getRole";
const SECRET = "aws:secretsmanager/getSecret:getSecret";
const PARAMETER = "aws:ssm/getParameter:getParameter";
const TAGS = "aws:resourcegroupstaggingapi/getResources:getResources";

type Answers = NonNullable<MockOptions["answers"]>;
type Answer = Answers[string];
type Config = Parameters<typeof aws.lookUp>[0][number]["backend"];
type More = Partial<BackendDeployment<Config>>;

const missing: Answer = () => new Error("invoking aws:…: reading …: couldn't find resource");
const denied: Answer = () => new Error("AccessDenied: User ann is not authorized to perform: iam:GetUser");
const identity = { region: "eu-central-1", scope: "solar", login: "access-key" } as const;
const secretsManager: Config = { kind: "aws-secrets-manager", ...identity, sep: "/", recoveryWindowInDays: 30 };
const parameterStore: Config = { kind: "aws-parameter-store", ...identity };

const anothers = (shares: boolean) => marksOf(ownerOf("lunar", "production"), shares);

/** Looks the backend up and creates it. Returns the problems, and the ids to import of the resources by name. */
async function lookUp(config: Config, answers: Answers, more: More = {}) {
    const mocks = await Mocks.set({ answers });
    const deployment = deploymentWith<Config>(config, more);
    const found = await aws.lookUp([deployment], {});
    found.create(deployment);
    await settled();
    const resources = mocks.registered.slice(1);
    const imported = resources.filter(({ importId }) => importId !== "");
    return {
        mocks,
        problems: found.problems,
        names: resources.map(({ name }) => name),
        imports: Object.fromEntries(imported.map(({ name, importId }) => [name, importId])),
    };
}

/** Answers with a resource of one name only. */
const only =
    (key: string, name: string, found: object): Answer =>
    (inputs) =>
        inputs[key] === name ? found : missing(inputs);

describe("what already has the name of an AWS user or test secret", () => {
    const user = `airflow.dev.${NAME}.${IDENTITY}`;
    const secret = "airflow/solar/variables/verify_variable";
    const parameter = `/${secret}`;
    const testVariable = `${NAME}.${PLACE}.test-variable`;

    it("is not looked for if it is in the state", async () => {
        const failing: Answer = () => assert.fail("nothing must be asked");
        const answers = { [USER]: failing, [SECRET]: failing };
        const { problems } = await lookUp(secretsManager, answers, { isInState: () => true });
        assert.deepEqual(problems, []);
    });

    it("is nothing, and all is created", async () => {
        const { problems, imports } = await lookUp(secretsManager, {});
        assert.deepEqual([problems, imports], [[], {}]);
    });

    it("is imported if an interrupted run created it", async () => {
        const tags = marksOf(ownerOf(), false);
        const answers = {
            [USER]: only("userName", user, { tags }),
            [SECRET]: only("name", secret, { arn: `arn:${secret}`, tags }),
        };
        const { problems, imports } = await lookUp(secretsManager, answers);
        assert.deepEqual(problems, []);
        assert.deepEqual(imports, {
            [`${NAME}.${IDENTITY}.user`]: user,
            [testVariable]: `arn:${secret}@eu-central-1`,
        });
        const inParameterStore = {
            [PARAMETER]: only("name", parameter, { arn: `arn:${parameter}` }),
            [TAGS]: () => ({ resourceTagMappingLists: [{ resourceArn: `arn:${parameter}`, tags }] }),
        };
        const { imports: parameters } = await lookUp(parameterStore, inParameterStore);
        assert.deepEqual(parameters, { [testVariable]: `${parameter}@eu-central-1` });
    });

    it("is a role if the pods log in with their token", async () => {
        const config = { ...secretsManager, login: "web-identity", issuer: "https://oidc.example.com" } as const;
        const pods = { namespace: "n", serviceAccounts: ["a"], audience: "sts.amazonaws.com", tokenFile: "/t" };
        const answers = {
            [USER]: () => assert.fail("no user is asked for"),
        };
        const own = { ...answers, [ROLE]: only("name", user, { tags: marksOf(ownerOf(), false) }) };
        const { problems, imports } = await lookUp(config, own, { pods });
        assert.deepEqual([problems, imports], [[], { [`${NAME}.${IDENTITY}.role`]: user }]);
        const foreign = { ...answers, [ROLE]: only("name", user, { tags: {} }) };
        const { problems: found } = await lookUp(config, foreign, { pods });
        assert.equal(found.length, 1);
        assert.match(found[0] ?? "", /the IAM role "airflow\.dev\.\S+" already exists, and it is not known/);
    });

    it("is a problem if it is somebody's own, or another stack's", async () => {
        const cases: readonly [Config, Answers, RegExp][] = [
            [
                secretsManager,
                { [USER]: only("userName", user, { tags: {} }) },
                /the IAM user "airflow\.dev\.\S+" already/,
            ],
            [
                secretsManager,
                { [SECRET]: only("name", secret, { arn: "arn", tags: anothers(true) }) },
                /the secret "airflow\/solar\S+" in eu-central-1 already exists, and is Deployment "lunar" of stack \S+\/production/,
            ],
            [
                parameterStore,
                {
                    [PARAMETER]: only("name", parameter, { arn: "arn" }),
                    // AWS does not list a resource that never had a tag.
                    [TAGS]: () => ({ resourceTagMappingLists: [] }),
                },
                /the parameter "\/airflow\/solar\S+" in eu-central-1 already exists, and it is not known whose it is/,
            ],
        ];
        for (const [config, answers, expected] of cases) {
            const { problems, imports } = await lookUp(config, answers);
            assert.deepEqual([problems.length, imports], [1, {}]);
            assert.match(problems[0] ?? "", expected);
        }
    });

    it("is used and not created if another stack shares it and this Deployment shares too", async () => {
        const answers = { [SECRET]: only("name", secret, { arn: "arn", tags: anothers(true) }) };
        const { problems, names } = await lookUp(secretsManager, answers, { shareSecrets: true });
        assert.deepEqual(problems, []);
        assert.ok(!names.includes(testVariable));
        assert.ok(names.includes(`${NAME}.${PLACE}.test-connection-uri`));
    });

    it("is looked for only among what Airflow looks up", async () => {
        for (const [config, token] of [
            [secretsManager, SECRET],
            [parameterStore, PARAMETER],
        ] as const) {
            const { mocks, problems } = await lookUp({ ...config, only: "variables" }, {});
            const names = mocks.calls.flatMap(({ token: each, inputs }) =>
                each === token ? (inputs as { name: string }).name : [],
            );
            assert.deepEqual([names, problems], [[config === secretsManager ? secret : parameter], []]);
        }
    });

    it("is only a warning where the login may not look", async () => {
        const warnings = await warningsOf(async () => {
            const { problems, imports } = await lookUp(secretsManager, { [USER]: denied, [SECRET]: denied });
            assert.deepEqual([problems, imports], [[], {}]);
        });
        assert.equal(warnings.length, 1);
        assert.match(
            warnings[0] ?? "",
            /^Deployment \S+: cannot find out whether .*the IAM user "\S+", the secret .*AccessDenied.*pulumi up stops/,
        );
    });

    it("is not decrypted", async () => {
        const { mocks } = await lookUp(parameterStore, {});
        const reads = mocks.calls.filter(({ token }) => token === PARAMETER);
        assert.equal(reads.length, 3);
        assert.ok(reads.every(({ inputs }) => !(inputs as { withDecryption: boolean }).withDecryption));
    });

    it("stops the run if AWS fails in another way", async () => {
        const failing: Answer = () => new Error("no valid credential sources");
        await assert.rejects(
            lookUp(secretsManager, { [USER]: failing }),
            /cannot find out whether the IAM user "\S+" already exists: .*no valid credential sources\. Nothing was changed/,
        );
    });
});
