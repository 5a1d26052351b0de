import assert from "node:assert/strict";
import { findProviderProblems, type FederatedDeployment } from "../../../../components/gcp/providers";
import { warningsOf } from "../../warnings";
import { poolProvider } from "../mockAnswers";
import { Mocks } from "../mocks";
import { federated, PROVIDER } from "./federated";

const GET = "gcp:iam/getWorkloadIdentityPoolProvider:getWorkloadIdentityPoolProvider";
const AUDIENCE = federated.pods.audience;
const [oidc] = poolProvider.oidcs;

const deployment = (name = "solar", pods: Partial<FederatedDeployment["pods"]> = {}): FederatedDeployment => ({
    ...federated,
    name,
    pods: { ...federated.pods, ...pods },
});

async function problems(found: object | Error, deployments = [deployment()]) {
    const calls: object[] = [];
    const answer = (inputs: object) => {
        calls.push(inputs);
        return found;
    };
    await Mocks.set({ answers: { [GET]: answer } });
    return { found: await findProviderProblems(deployments), calls };
}

describe("a workload identity provider that Deployments name", () => {
    it("is read once, and is no problem if it accepts the pods' tokens", async () => {
        const { found, calls } = await problems(poolProvider, [deployment("a"), deployment("b")]);
        assert.deepEqual(found, []);
        const ids = { workloadIdentityPoolId: "my-pool", workloadIdentityPoolProviderId: "my-cluster" };
        assert.deepEqual(calls, [{ project: "123456789012", ...ids }]);
        const own = { ...poolProvider, oidcs: [{ ...oidc, allowedAudiences: ["other", AUDIENCE] }] };
        assert.deepEqual((await problems(own)).found, []);
    });

    const options = "my-cluster --workload-identity-pool=my-pool --location=global --project=123456789012";
    const cases: [what: string, found: object | Error, problem: string][] = [
        [
            "does not exist",
            new Error(`${PROVIDER} not found`),
            "does not exist. Correct its name, or create it: gcloud iam workload-identity-pools providers create-oidc " +
                `${options} --issuer-uri=https://<the cluster's issuer> --attribute-mapping=google.subject=assertion.sub`,
        ],
        [
            "is disabled",
            { ...poolProvider, disabled: true },
            `is disabled. Enable it: gcloud iam workload-identity-pools providers update-oidc ${options} --no-disabled`,
        ],
        [
            "accepts other audiences",
            { ...poolProvider, oidcs: [{ ...oidc, allowedAudiences: ["a", "b"] }] },
            `accepts tokens for a, b only, but those of Airflow's pods are for ${AUDIENCE}. Add it: ` +
                `gcloud iam workload-identity-pools providers update-oidc ${options} --allowed-audiences=a,b,${AUDIENCE}`,
        ],
        [
            "maps another claim",
            { ...poolProvider, attributeMapping: { "google.subject": "assertion.jti" } },
            'maps google.subject to "assertion.jti", but the grants are for assertion.sub, the service account. Map it: ' +
                `gcloud iam workload-identity-pools providers update-oidc ${options} ` +
                "--attribute-mapping=google.subject=assertion.sub, or use another provider in another pool",
        ],
        [
            "trusts no OpenID Connect issuer",
            { ...poolProvider, oidcs: [] },
            "does not trust an OpenID Connect issuer, as a cluster is one. Create another provider in the pool",
        ],
    ];
    for (const [what, found, problem] of cases) {
        it(`is a problem if it ${what}, with the Deployments' names`, async () => {
            const start = `a, b: the workload identity provider ${PROVIDER} `;
            assert.deepEqual((await problems(found, [deployment("a"), deployment("b")])).found, [start + problem]);
        });
    }

    it("is only a warning if Pulumi's login may not read it", async () => {
        const denied = new Error("googleapi: Error 403: Permission 'iam.workloadIdentityPoolProviders.get' denied");
        const warnings = await warningsOf(async () => {
            assert.deepEqual((await problems(denied)).found, []);
        });
        assert.match(
            warnings.join(),
            /^Cannot find out .*Error 403.*roles\/iam\.workloadIdentityPoolViewer on project 1234/,
        );
    });

    it("stops the run if it cannot be read for another reason", async () => {
        await assert.rejects(problems(new Error("connection refused")), /Cannot read .*: connection refused\. Nothing/);
    });

    it("does not accept a service account whose subject is too long", async () => {
        const serviceAccounts = ["ok", "a".repeat(92), "a".repeat(91)];
        const { found } = await problems(poolProvider, [deployment("solar", { serviceAccounts })]);
        assert.equal(found.length, 1);
        assert.match(
            found[0] ?? "",
            /^Deployment solar: the subject "system:.* has 128 characters, but .* accepts 127 at most/,
        );
    });
});
