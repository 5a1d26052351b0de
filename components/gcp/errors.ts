import type { Advice } from "../errorAdvice";

const ROLES = "docs/gcp.md lists the roles it takes";

/** What Google Cloud's errors mean here. */
export const gcpAdvices: readonly Advice[] = [
    {
        sign: /disableServiceAccountKeyCreation|Key creation is not allowed on this service account/i,
        say: () =>
            "Your organisation forbids keys of service accounts (constraint iam.disableServiceAccountKeyCreation), and " +
            "this backend gives Airflow such a key. Either an administrator of the organisation's policies exempts the " +
            "project (gcloud resource-manager org-policies disable-enforce iam.disableServiceAccountKeyCreation " +
            "--project=…), or this Deployment takes another kind of backend. Then run pulumi up again: it goes on from here.",
    },
    {
        sign: /(Service account .* already exists|alreadyExists.*serviceAccounts)/i,
        say: ({ newInputs }) =>
            `There is a service account "${String(newInputs?.accountId)}" already, which is not in this stack's state. ` +
            "If an earlier pulumi up that broke off made it (gcloud iam service-accounts describe says for whom), delete " +
            "it and run pulumi up again: it goes on from here.",
    },
    {
        sign: /Secret \[.*\] already exists/i,
        say: ({ newInputs }) =>
            `There is a secret "${String(newInputs?.secretId)}" already, which is not in this stack's state. If an ` +
            "earlier pulumi up that broke off made it, delete it and run pulumi up again: it goes on from here. If it is " +
            "somebody else's, give the Deployment another scope, or leave out testSecrets.",
    },
    {
        sign: /larger than the maximum allowed size/i,
        say: () =>
            "The project's IAM policy is full: Google counts 1,500 members in all of its bindings, and each Deployment " +
            "is one. Take members away that nobody needs, or spread the Deployments over several projects.",
    },
    {
        sign: /Quota exceeded.*service accounts|maximum number of service accounts/i,
        say: () =>
            "The project has as many service accounts as its quota allows (100 unless raised), and each Deployment is " +
            "one. Delete some, raise the quota, or spread the Deployments over several projects.",
    },
    {
        sign: /maximum number of keys|Precondition check failed.*keys/i,
        say: ({ newInputs }) =>
            `The service account ${String(newInputs?.serviceAccountId)} has ten keys, the most that Google allows. ` +
            "gcloud iam service-accounts keys list shows them; delete those that are not in this stack's state " +
            "(pulumi stack export), and run pulumi up again: it goes on from here.",
    },
    {
        sign: /(API|Service) .*(has not been used|is disabled|is not enabled)/i,
        say: () =>
            "Enable the services that this takes: gcloud services enable secretmanager.googleapis.com " +
            "iam.googleapis.com cloudresourcemanager.googleapis.com. Then run pulumi up again: it goes on from here.",
    },
    {
        sign: /PERMISSION_DENIED|forbidden|Permission .* denied/i,
        say: () => `Whoever runs Pulumi lacks a permission: ${ROLES}.`,
    },
];
