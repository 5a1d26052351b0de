import type { ErrorAdvice } from "../errorAdvice";
import { orphanAdvice } from "../orphanAdvice";

const ROLES = "docs/gcp.md lists the required roles";

/** What to do about Google Cloud's errors. */
export const gcpErrorAdvice: readonly ErrorAdvice[] = [
    {
        matches: /disableServiceAccountKeyCreation|Key creation is not allowed on this service account/i,
        message: () =>
            "Your organisation forbids service account keys (constraint iam.disableServiceAccountKeyCreation), but " +
            "login: key needs one. Either let Airflow log in with its pods' own token, which needs no key (login: " +
            "workload-identity, see docs/gcp.md), or have an organisation policy administrator exempt the project " +
            "(gcloud resource-manager org-policies disable-enforce iam.disableServiceAccountKeyCreation " +
            "--project=…). Then run pulumi up again: it continues from here.",
    },
    {
        matches: /Identity Pool does not exist/i,
        message: ({ newInputs }) =>
            `Google Cloud knows no workload identity pool for the member ${String(newInputs?.member)}. Correct ` +
            "workloadIdentityProvider, or create the pool and its provider (docs/gcp.md), and run pulumi up again.",
    },
    {
        matches: /(Service account .* already exists|alreadyExists.*serviceAccounts)/i,
        message: ({ newInputs }) =>
            `There is a service account "${String(newInputs?.accountId)}" already, but it is not in this stack's ` +
            "state. Its display name says whose it is (gcloud iam service-accounts describe). If an interrupted pulumi up " +
            "created it, run pulumi up again with a login that may look for it: it imports the account.",
    },
    {
        matches: /Secret \[.*\] already exists/i,
        message: ({ newInputs }) =>
            `There is a secret "${String(newInputs?.secretId)}" already, but it is not in this stack's state. Its ` +
            "annotations say whose it is. If an interrupted pulumi up created it, run pulumi up again with a login that " +
            "may look for it: it imports the secret. If it is somebody else's, give the Deployment another scope, or leave " +
            "out testSecrets.",
    },
    {
        matches: /constraints\/gcp\.resourceLocations/,
        message: ({ newInputs }) =>
            `Your organisation limits where resources may be (constraint gcp.resourceLocations), and the secret ` +
            `"${String(newInputs?.secretId)}" would be elsewhere. Write the locations of the test secrets, e.g. ` +
            "replication: [europe-west1], and run pulumi up again: it continues from here. gcloud resource-manager " +
            "org-policies describe gcp.resourceLocations --effective --project=… lists what is allowed.",
    },
    {
        matches: /larger than the maximum allowed size/i,
        message: () =>
            "The project's IAM policy is full: Google Cloud allows 1,500 members in all of its bindings together. Each " +
            "Deployment is one, or with login: workload-identity one per service account. Remove members that nobody " +
            "needs, or spread the Deployments over several projects.",
    },
    {
        matches: /Quota exceeded.*service accounts|maximum number of service accounts/i,
        message: () =>
            "The project has as many service accounts as its quota allows (100 unless raised), and each Deployment is " +
            "one. Delete some, raise the quota, or spread the Deployments over several projects.",
    },
    {
        matches: /maximum number of keys|Precondition check failed.*keys/i,
        message: ({ urn, newInputs }) =>
            `The service account ${String(newInputs?.serviceAccountId)} has ten keys, the most that Google allows. ` +
            "Those that are not in this stack's state are left over from interrupted runs of pulumi up, or somebody has " +
            `created them. ${orphanAdvice(urn)} Then run pulumi up again: it continues from here.`,
    },
    {
        matches: /(API|Service) .*(has not been used|is disabled|is not enabled)/i,
        message: () =>
            "Enable the required services: gcloud services enable secretmanager.googleapis.com " +
            "iam.googleapis.com cloudresourcemanager.googleapis.com. Then run pulumi up again: it continues from here.",
    },
    {
        matches: /PERMISSION_DENIED|forbidden|Permission .* denied|Error 403:/i,
        message: () => `Pulumi's Google Cloud login lacks a permission: ${ROLES}.`,
    },
];
