import { IAMMember } from "@pulumi/gcp/projects/iammember";
import { Secret } from "@pulumi/gcp/secretmanager/secret";
import { SecretVersion } from "@pulumi/gcp/secretmanager/secretVersion";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import { Key } from "@pulumi/gcp/serviceaccount/key";
import * as pulumi from "@pulumi/pulumi";
import { BACKEND, BACKEND_KWARGS } from "../../airflow/envVars";
import { testSecretsIn } from "../../airflow/testSecrets";
import {
    gcpCondition,
    gcpKwargs,
    gcpSecretId,
    gcpSecretManagerClass,
    googleRequirement,
    type GcpScope,
} from "./airflow";
import { withErrorAdvice } from "../errorAdvice";
import { gcpErrorAdvice } from "./errors";
import { componentType } from "../componentType";
import type { Claims } from "../claims";
import { importing, ownTestSecrets } from "../existing";
import { marksOf } from "../marks";
import { credentialResource, gcpAccountId, identityResource, placeResource, shortenWithHash } from "../names";
import type { Current, Owner } from "../owner";
import type { EnvVar, SecretsBackend } from "../backend";

export interface GcpSecretManagerBackendArgs extends GcpScope {
    /** Id of the project with the secrets. The service account is created there too. */
    readonly project: string;
    /** Number of that project, see `findGcpProjects`. */
    readonly projectNumber: string;
    /** Whether to create the test variable and the two test connections. */
    readonly testSecrets: boolean;
    /** Whether another Deployment that says so too may read the same secrets. */
    readonly shareSecrets: boolean;
    /** Locations of the test secrets. Default: Google chooses. */
    readonly replication?: readonly string[] | undefined;
    /** What already has the names of its resources, see `gcpLookups`. */
    readonly claims?: Claims | undefined;
}

const TITLE_LIMIT = 100;

/** Returns the display name of a Deployment's service account, which says whose it is, and the title of its grant. */
export function accountTitle({ project, stack, deployment }: Owner): string {
    return shortenWithHash(`Airflow ${project}/${stack}/${deployment}`, TITLE_LIMIT);
}

const ACCESSOR = "roles/secretmanager.secretAccessor";

/** Google Cloud Secret Manager: a service account that can read a Deployment's secrets, and its JSON key. */
export class GcpSecretManagerBackend extends pulumi.ComponentResource implements SecretsBackend {
    readonly env: readonly EnvVar[];
    readonly hooks: pulumi.ResourceHookBinding;
    readonly requirement = googleRequirement;
    readonly mayListNames = false;
    /** Keys that Google Cloud creates do not expire. */
    readonly credentialEnds = undefined;

    constructor(current: Current, args: GcpSecretManagerBackendArgs, opts?: pulumi.ComponentResourceOptions) {
        const { owner, identity } = current;
        const name = owner.deployment;
        super(componentType("GcpSecretManagerBackend"), name, {}, opts);
        const { project } = args;
        const gcpOpts = withErrorAdvice(this, name, gcpErrorAdvice);
        const title = accountTitle(owner);
        const accountResource = identityResource(current, "account");

        const account = new Account(
            accountResource,
            {
                accountId: gcpAccountId(owner, identity),
                displayName: title,
                description: "Reads the Deployment's secrets and nothing else",
                project,
            },
            importing(gcpOpts, args.claims, accountResource),
        );
        const grant = new IAMMember(
            identityResource(current, "grant"),
            {
                project,
                role: ACCESSOR,
                member: account.member,
                condition: {
                    title,
                    description: "Secrets whose ids begin with the Deployment's prefixes",
                    expression: gcpCondition(args, args.projectNumber),
                },
            },
            gcpOpts,
        );
        const testSecrets = args.testSecrets ? createTestSecrets(current, args, gcpOpts) : [];
        const key = new Key(
            credentialResource(current, "key"),
            { serviceAccountId: account.name },
            // A Deployment must not get a key that cannot read anything yet. The key is deleted before the test
            // secrets.
            { ...gcpOpts, dependsOn: [grant, ...testSecrets] },
        );
        const keyfile = key.privateKey.apply(
            (encoded) => JSON.parse(Buffer.from(encoded, "base64").toString("utf8")) as Record<string, unknown>,
        );
        const kwargs = pulumi.jsonStringify(gcpKwargs(args, project, pulumi.secret(keyfile)));
        this.hooks = gcpOpts.hooks;
        this.env = [
            { name: BACKEND, secret: true, value: pulumi.secret(gcpSecretManagerClass) },
            { name: BACKEND_KWARGS, secret: true, value: pulumi.secret(kwargs) },
        ];
        this.registerOutputs({});
    }
}

function createTestSecrets(
    current: Current,
    args: GcpSecretManagerBackendArgs,
    opts: pulumi.CustomResourceOptions,
): SecretVersion[] {
    const { project, replication, claims } = args;
    const annotations = marksOf(current.owner, args.shareSecrets);
    const locations = replication?.map((location) => ({ location }));
    return ownTestSecrets(current, testSecretsIn(args), claims).map(({ role, kind, key, text }) => {
        const secretId = gcpSecretId(args, kind, key);
        const resource = placeResource(current, role);
        const secret = new Secret(
            resource,
            {
                secretId,
                project,
                annotations,
                replication: locations === undefined ? { auto: {} } : { userManaged: { replicas: locations } },
            },
            // A secret keeps its replication: another one takes another secret, which has the same id.
            importing({ ...opts, deleteBeforeReplace: true }, claims, resource),
        );
        const version = { secret: secret.id, secretData: pulumi.secret(text) };
        return new SecretVersion(resource, version, opts);
    });
}
