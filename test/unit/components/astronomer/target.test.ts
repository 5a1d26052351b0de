import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { checkHouston, type PlannedVariables } from "../../../../components/astronomer/preflight";
import { AstronomerTarget } from "../../../../components/astronomer/target";
import { Houston } from "./houston/fixture";
import { currentOf, ownerOf } from "../current";
import { Mocks, settled } from "../mocks";

const SOLAR = "solar-dust-1234";
const BACKEND = "AIRFLOW__SECRETS__BACKEND";

describe("AstronomerTarget", () => {
    it("sets credentials as secrets and other env vars as plain values, and passes its owner name", async () => {
        const mocks = await Mocks.set();
        new AstronomerTarget(currentOf({ owner: ownerOf("solar", "first") }), {
            houstonUrl: "https://houston.example.com/v1",
            deploymentUuid: "uuid",
            releaseName: SOLAR,
            force: false,
            takeOver: [],
            hooks: {},
            env: [
                { name: BACKEND, secret: false, value: pulumi.output("a.B") },
                { name: "KWARGS", secret: true, value: pulumi.output("{}") },
            ],
        });
        await settled();
        const { name, inputs, secrets, parent } = mocks.one("airflow-deployment:astronomer:EnvironmentVariables");
        assert.equal(name, "solar.env", "whatever the identity is: the env vars move to another one in place");
        assert.deepEqual(inputs, {
            houstonUrl: "https://houston.example.com/v1",
            deploymentUuid: "uuid",
            releaseName: SOLAR,
            force: false,
            owner: "airflow-secrets-backends/first/solar",
            values: { [BACKEND]: "a.B" },
            secretValues: { KWARGS: "{}" },
        });
        assert.ok(!secrets.includes("values"));
        assert.equal(parent, "airflow-secrets-backends:index:AstronomerTarget::solar");
    });
});

describe("preflight of Astronomer targets", () => {
    let houston: Houston;

    before(async () => {
        await Mocks.set();
        houston = await Houston.start(SOLAR, "lunar-tide-5678");
    });
    after(() => houston.stop());

    const plan = (more: Partial<PlannedVariables> = {}): PlannedVariables => ({
        name: "solar",
        houstonUrl: houston.url,
        releaseName: SOLAR,
        deploymentUuid: undefined,
        force: false,
        keys: [BACKEND],
        readsConfig: true,
        overriddenBy: [{ name: "AWS_PROFILE", effect: "it does harm", harmless: ["default"] }],
        owner: "airflow-secrets-backends/dev/solar",
        ...more,
    });

    it("looks up Houston's ids of the Deployments", async () => {
        const { problems, found } = await checkHouston([plan()]);
        assert.deepEqual(problems, []);
        const { deploymentUuid } = houston.deployment(SOLAR);
        assert.deepEqual([...found], [["solar", { deploymentUuid, takeOver: [] }]]);
    });

    it("reports every problem: unknown release, another Deployment's id, reserved name, existing env var", async () => {
        houston.store(SOLAR, [{ key: BACKEND, value: "theirs", isSecret: false }]);
        const { problems } = await checkHouston([
            plan(),
            plan({ name: "typo", releaseName: "solar-dust-1243" }),
            plan({ name: "mixed", deploymentUuid: houston.deployment("lunar-tide-5678").deploymentUuid }),
            plan({ name: "lunar", releaseName: "lunar-tide-5678", keys: ["AIRFLOW__CORE__FERNET_KEY"] }),
        ]);
        const expected = [
            /^Deployment "solar": AIRFLOW__SECRETS__BACKEND is already set on solar-dust-1234 at .*force: true/,
            /^Deployment "typo": .* no Deployment with the release name solar-dust-1243 .*only: lunar-tide-5678, solar-dust-1234\./,
            /^Deployment "mixed": deploymentUuid is \w+, but Houston at .* has the id \w+ for solar-dust-1234\. Remove/,
            /^Deployment "lunar": AIRFLOW__CORE__FERNET_KEY is reserved/,
        ];
        assert.equal(problems.length, expected.length);
        expected.forEach((pattern, index) => {
            assert.match(problems[index] ?? "", pattern);
        });
        const forced = await checkHouston([plan({ force: true })]);
        assert.deepEqual(forced.problems, []);
        assert.deepEqual(forced.found.get("solar")?.takeOver, [BACKEND]);
        houston.store(SOLAR, []);
    });

    it("reports an env var that overrides ours, its effect and the way out; with force it is to be removed", async () => {
        for (const isSecret of [false, true]) {
            houston.store(SOLAR, [{ key: "AWS_PROFILE", value: "theirs", isSecret }]);
            const [problem, ...rest] = (await checkHouston([plan()])).problems;
            assert.deepEqual(rest, []);
            assert.match(
                problem ?? "",
                /^Deployment "solar": AWS_PROFILE is set on solar-dust-1234 at .*, by somebody that \S+ does not list, e\.g\. in the Software UI, and overrides what this stack sets: it does harm\. Remove it there, or set force: true/,
            );
            const forced = await checkHouston([plan({ force: true })]);
            assert.deepEqual(forced.problems, []);
            assert.deepEqual(forced.found.get("solar")?.takeOver, ["AWS_PROFILE"]);
        }
        houston.store(SOLAR, [{ key: "AWS_PROFILE", value: "default", isSecret: false }]);
        assert.deepEqual((await checkHouston([plan()])).problems, [], "this value does no harm");
        houston.store(SOLAR, [{ key: "AWS_PROFILE", value: "default", isSecret: true }]);
        assert.equal((await checkHouston([plan()])).problems.length, 1, "Houston does not show the value");
        houston.store(SOLAR, []);
    });

    it("warns of options that Airflow will not find, unless the config has the key for them", async () => {
        houston.store(SOLAR, [{ key: "AIRFLOW__CELERY__BROKER_URL_SECRET", value: "", isSecret: true }]);
        const { problems, warnings } = await checkHouston([plan({ readsConfig: false })]);
        assert.deepEqual([problems.length, warnings.length], [0, 1]);
        assert.match(
            warnings[0] ?? "",
            /^AIRFLOW__CELERY__BROKER_URL_SECRET on solar-dust-1234: .* Write configPrefix in backend/,
        );
        assert.deepEqual((await checkHouston([plan()])).warnings, []);
        houston.store(SOLAR, []);
    });

    it("works with a service account of a single Deployment if the id is set", async () => {
        process.env.ASTRONOMER_API_TOKEN = houston.keys.oneDeployment;
        const { deploymentUuid } = houston.deployment(SOLAR);
        assert.deepEqual((await checkHouston([plan({ deploymentUuid })])).problems, []);
        process.env.ASTRONOMER_API_TOKEN = houston.keys.editor;
    });

    it("throws a RunError, which has no stack trace, if Houston refuses", async () => {
        process.env.ASTRONOMER_API_TOKEN = "wrong";
        await assert.rejects(checkHouston([plan()]), (error) => {
            assert.ok(pulumi.RunError.isInstance(error));
            assert.match(error.message, /^Cannot list the Deployments: .*Nothing was changed\.$/);
            return true;
        });
        process.env.ASTRONOMER_API_TOKEN = houston.keys.editor;
    });
});
