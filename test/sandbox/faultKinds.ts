import type { Inspector } from "./inventory";

/** A kind of backend in the fault runs: its Deployment of stack `dev`, and what its service holds. */
export interface FaultKind {
    readonly deployment: string;
    /** Returns the ids of the credentials in the service, also of those that are in no state. */
    readonly credentials: (inspector: Inspector) => Promise<readonly string[]>;
    /** Matches the changes of identities and credentials. */
    readonly identityChanges: string;
    /** The answer of the service to them when it refuses a call. */
    readonly refusal: Answer;
    /** Its answer when it fails. */
    readonly failure: Answer;
}

interface Answer {
    readonly status: number;
    readonly body: string;
}

const DENIED = "The fault run denies this.";
const json = (status: number, body: object): Answer => ({ status, body: JSON.stringify(body) });

const awsXml = (status: number, code: string): Answer => ({
    status,
    body:
        `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>${code}` +
        `</Code><Message>${DENIED}</Message></Error><RequestId>fault</RequestId></ErrorResponse>`,
});

const awsIdentity = {
    credentials: async ({ aws }: Inspector) =>
        (await Promise.all((await aws.users()).map((user) => aws.keys(user)))).flat(),
    identityChanges: String.raw`^POST https://iam\S+ (Create|Put|Update|Delete)`,
    refusal: awsXml(403, "AccessDenied"),
    failure: awsXml(500, "ServiceFailure"),
};

/** By kind of backend. The one in Vault is on Kubernetes, the others on Astronomer. */
export const faultKinds: Readonly<Record<string, FaultKind>> = {
    vault: {
        deployment: "solar-dust-1234",
        credentials: (inspector) => inspector.secretIdAccessors(),
        identityChanges: String.raw`^(POST|PUT|DELETE) https://vault\.sandbox\.test/v1/(sys/policies|auth/approle/role)/(?!\S*/lookup)`,
        refusal: json(403, { errors: ["1 error occurred:\n\t* permission denied\n\n"] }),
        failure: json(500, { errors: ["internal error"] }),
    },
    "aws-secrets-manager": { deployment: "amber-orbit-1357", ...awsIdentity },
    "aws-parameter-store": { deployment: "golden-nebula-8642", ...awsIdentity },
    "gcp-secret-manager": {
        deployment: "copper-aurora-2718",
        credentials: async ({ google }) =>
            (await Promise.all((await google.accounts()).map((account) => google.keys(account)))).flat(),
        identityChanges: String.raw`^(POST|PATCH|DELETE) https://iam\.googleapis\.com/`,
        refusal: json(403, { error: { code: 403, status: "PERMISSION_DENIED", message: DENIED } }),
        failure: json(500, { error: { code: 500, status: "INTERNAL", message: "Internal error encountered." } }),
    },
    "azure-key-vault": {
        deployment: "jade-eclipse-5772",
        credentials: async ({ azure }) =>
            (await azure.applications()).flatMap(({ passwordCredentials }) =>
                passwordCredentials.map(({ keyId }) => keyId),
            ),
        identityChanges: String.raw`^(POST|PATCH|DELETE) https://graph\.microsoft\.com/`,
        refusal: json(403, { error: { code: "Authorization_RequestDenied", message: DENIED } }),
        failure: json(500, { error: { code: "InternalServerError", message: "Internal error." } }),
    },
};

const azureHosts = String.raw`(graph\.microsoft\.com|management\.azure\.com|[^/]*\.vault\.azure\.net)`;

/** Matches the requests with which an `up` or a destroy changes something in a service. */
export const CHANGES = [
    String.raw`^(POST|PUT|PATCH|DELETE) https://vault\.sandbox\.test/v1/(?!auth/token/|auth/[^/]+/login|\S*/lookup)`,
    String.raw`^POST https://(iam|secretsmanager|ssm)\S+ (\w+\.)?(Create|Put|Update|Delete|Add|Remove|Tag)\w*`,
    String.raw`^(POST|PUT|PATCH|DELETE) https://(iam|cloudresourcemanager|secretmanager)\.googleapis\.com/(?!\S*:(getIamPolicy|access))`,
    `^(POST|PUT|PATCH|DELETE) https://${azureHosts}/`,
    String.raw`^POST https://houston\.sandbox\.test/v1 mutation`,
].join("|");
