import { IAMMember, type IAMMemberArgs } from "@pulumi/gcp/projects/iammember";
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
    googleRequirements,
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
import { credentialConfig, federatedMembers, type FederatedPods } from "./workloadIdentity";

export interface GcpSecretManagerBackendArgs extends GcpScope {
    /** Id of the project with the secrets. A service account is created there too. */
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
    /** The pods that log in with their own token. Default: a service account with a JSON key. */
    readonly federated?: FederatedPods | undefined;
}

const TITLE_LIMIT = 100;

/** Returns the display name of a Deployment's service account, which says whose it is, and the title of its grants. */
export function accountTitle({ project, stack, deployment }: Owner): string {
    return shortenWithHash(`Airflow ${project}/${stack}/${deployment}`, TITLE_LIMIT);
}

const ACCESSOR = "roles/secretmanager.secretAccessor";

/** Google Cloud Secret Manager: what can read a Deployment's secrets, a service account with a JSON key or its pods. */
export class GcpSecretManagerBackend extends pulumi.ComponentResource implements SecretsBackend {
    readonly env: readonly EnvVar[];
    readonly hooks: pulumi.ResourceHookBinding;
    readonly requirement: string;
    readonly mayListNames = false;
    /** Keys that Google Cloud creates do not expire. */
    readonly credentialEnds = undefined;

    constructor(current: Current, args: GcpSecretManagerBackendArgs, opts?: pulumi.ComponentResourceOptions) {
        const name = current.owner.deployment;
        super(componentType("GcpSecretManagerBackend"), name, {}, opts);
        const { federated } = args;
        const gcpOpts = withErrorAdvice(this, name, gcpErrorAdvice);
        this.hooks = gcpOpts.hooks;
        this.requirement = googleRequirements[federated === undefined ? "key" : "workload-identity"];
        this.env =
            federated === undefined
                ? createAccount(current, args, gcpOpts)
                : trustPods(current, args, federated, gcpOpts);
        this.registerOutputs({});
    }
}

/** Creates a service account with its grant and a key. Returns the env vars, which contain the key. */
function createAccount(
    current: Current,
    args: GcpSecretManagerBackendArgs,
    opts: pulumi.CustomResourceOptions,
): EnvVar[] {
    const { owner, identity } = current;
    const { project } = args;
    const accountResource = identityResource(current, "account");
    const account = new Account(
        accountResource,
        {
            accountId: gcpAccountId(owner, identity),
            displayName: accountTitle(owner),
            description: "Reads the Deployment's secrets and nothing else",
            project,
        },
        importing(opts, args.claims, accountResource),
    );
    const grant = new IAMMember(
        identityResource(current, "grant"),
        grantTo(account.member, owner, args, "Secrets whose ids begin with the Deployment's prefixes"),
        opts,
    );
    const testSecrets = args.testSecrets ? createTestSecrets(current, args, opts) : [];
    const key = new Key(
        credentialResource(current, "key"),
        { serviceAccountId: account.name },
        // A Deployment must not get a key that cannot read anything yet. The key is deleted before the test
        // secrets.
        { ...opts, dependsOn: [grant, ...testSecrets] },
    );
    const keyfile = key.privateKey.apply(
        (encoded) => JSON.parse(Buffer.from(encoded, "base64").toString("utf8")) as Record<string, unknown>,
    );
    const kwargs = pulumi.jsonStringify(gcpKwargs(args, project, { gcp_keyfile_dict: pulumi.secret(keyfile) }));
    return [
        { name: BACKEND, secret: true, value: pulumi.secret(gcpSecretManagerClass) },
        { name: BACKEND_KWARGS, secret: true, value: pulumi.secret(kwargs) },
    ];
}

/** Grants the pods themselves what they may read. Returns the env vars, which contain no secret. */
function trustPods(
    current: Current,
    args: GcpSecretManagerBackendArgs,
    federated: FederatedPods,
    opts: pulumi.CustomResourceOptions,
): EnvVar[] {
    const { owner, identity } = current;
    // A member of a binding exists once, and an identity beside this one may grant the same pod the same secrets. The
    // description tells their bindings apart, so that the end of one is not the end of the other.
    const description = `Secrets whose ids begin with the Deployment's prefixes, for its identity ${identity}`;
    const grants = federatedMembers(federated).map(
        (member, index) =>
            new IAMMember(
                identityResource(current, "grant", index + 1),
                grantTo(member, owner, args, description),
                opts,
            ),
    );
    const testSecrets = args.testSecrets ? createTestSecrets(current, args, opts) : [];
    const config = { gcp_credential_config_file: credentialConfig(federated) };
    const kwargs = JSON.stringify(gcpKwargs(args, args.project, config));
    // The values are known before anything exists, but a Deployment must not get them before it may read.
    const created = pulumi.all([...grants, ...testSecrets].map(({ urn }) => urn));
    const plain = (name: string, value: string): EnvVar => ({ name, secret: false, value: created.apply(() => value) });
    return [plain(BACKEND, gcpSecretManagerClass), plain(BACKEND_KWARGS, kwargs)];
}

/** Returns the grant of the Deployment's secrets to a member. Its condition says whose it is. */
function grantTo(
    member: pulumi.Input<string>,
    owner: Owner,
    args: GcpSecretManagerBackendArgs,
    description: string,
): IAMMemberArgs {
    const expression = gcpCondition(args, args.projectNumber);
    return {
        project: args.project,
        role: ACCESSOR,
        member,
        condition: { title: accountTitle(owner), description, expression },
    };
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
