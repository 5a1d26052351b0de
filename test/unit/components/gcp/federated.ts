import type { FederatedPods } from "../../../../components/gcp/workloadIdentity";

export const PROVIDER = "projects/123456789012/locations/global/workloadIdentityPools/my-pool/providers/my-cluster";

/** Two pods' service accounts, and the provider that trusts their tokens. */
export const federated: FederatedPods = {
    provider: PROVIDER,
    pods: {
        namespace: "airflow-solar",
        serviceAccounts: ["scheduler", "worker"],
        audience: `https://iam.googleapis.com/${PROVIDER}`,
        tokenFile: "/var/run/secrets/airflow-secrets-backend/token",
    },
};
