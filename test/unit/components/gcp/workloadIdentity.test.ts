import assert from "node:assert/strict";
import { iamMemberTrusts } from "../../../../components/gcp/trusts";
import {
    credentialConfig,
    defaultAudience,
    federatedMembers,
    parseProviderName,
} from "../../../../components/gcp/workloadIdentity";
import { federated, PROVIDER } from "./federated";

const POOL = PROVIDER.replace("/providers/my-cluster", "");

describe("a workload identity provider", () => {
    it("has a name with the number of its project, its pool and its own id", () => {
        assert.deepEqual(parseProviderName(PROVIDER), {
            project: "123456789012",
            pool: "my-pool",
            provider: "my-cluster",
        });
        assert.equal(parseProviderName(POOL), undefined);
        assert.equal(parseProviderName(`${PROVIDER}/`), undefined);
    });

    it("accepts tokens whose audience is its name", () => {
        assert.equal(defaultAudience(PROVIDER), `https://iam.googleapis.com/${PROVIDER}`);
    });
});

describe("the pods of a Deployment in Google Cloud", () => {
    it("are members of a policy, one per service account, of the pool and not of the provider", () => {
        const subjects = ["scheduler", "worker"].map((name) => `system:serviceaccount:airflow-solar:${name}`);
        assert.deepEqual(
            federatedMembers(federated),
            subjects.map((subject) => `principal://iam.googleapis.com/${POOL}/subject/${subject}`),
        );
    });

    it("exchange the token in their file", () => {
        assert.deepEqual(credentialConfig(federated), {
            type: "external_account",
            audience: `//iam.googleapis.com/${PROVIDER}`,
            subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
            token_url: "https://sts.googleapis.com/v1/token",
            credential_source: { file: "/var/run/secrets/airflow-secrets-backend/token", format: { type: "text" } },
        });
    });
});

describe("whom a member of a project's policy trusts", () => {
    it("is a service account of Kubernetes, by pool and subject", () => {
        const [member] = federatedMembers(federated);
        assert.deepEqual(iamMemberTrusts({ member }), [
            `pool ${POOL}, subject system:serviceaccount:airflow-solar:scheduler`,
        ]);
    });

    it("is nobody outside Google Cloud if it is a service account there", () => {
        assert.deepEqual(iamMemberTrusts({ member: "serviceAccount:a@p.iam.gserviceaccount.com" }), []);
    });

    it("is not known of other members", () => {
        const pool = `principalSet://iam.googleapis.com/${POOL}`;
        const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
        for (const member of [`${pool}/*`, `${pool}/attribute.a/b`, "allUsers", unknown, undefined]) {
            assert.equal(iamMemberTrusts({ member }), undefined, member);
        }
    });
});
