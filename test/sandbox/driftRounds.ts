import type { KubernetesObject } from "@kubernetes/client-node";
import {
    DeleteAccessKeyCommand,
    DeleteUserCommand,
    DeleteUserPolicyCommand,
    PutUserPolicyCommand,
    UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { DeleteSecretCommand } from "@aws-sdk/client-secrets-manager";
import { DeleteParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import type { AwsAccount } from "./aws";
import { azureLoginIn, type AzureSubscription } from "./azure";
import { accountKeyIn, GoogleProject } from "./google";
import type { Harness } from "./harness";

export const SOLAR = "solar-dust-1234";
export const LUNAR = "lunar-tide-5678";
export const CRIMSON = "crimson-comet-2468";
export const SILVER = "silver-quasar-9753";
export const VIOLET = "violet-meteor-3141";
export const INDIGO = "indigo-pulsar-1618";
export const JADE = "jade-eclipse-5772";
const VARIABLE = "AIRFLOW__SECRETS__BACKEND";
const namespace = `airflow-${SOLAR}`;
const scheduler = { kind: "Deployment", namespace, name: `${SOLAR}-scheduler` };
const worker = { kind: "StatefulSet", namespace, name: `${SOLAR}-worker` };
const PolicyName = "read-airflow-secrets";

/** Access to the services. A `before` hook sets the fields, after the rounds are defined. */
export interface Services {
    harness: Harness;
    aws: AwsAccount;
    google: GoogleProject;
    azure: AzureSubscription;
    /** Names of SOLAR's policy and AppRole in Vault, and of CRIMSON's IAM user. */
    identities: { readonly solar: string; readonly crimson: string };
}

/** Drift by its description: the name of the resource that is repaired, without a hash, and what causes the drift. */
export type Round = Readonly<Record<string, readonly [resource: string, causeDrift: () => Promise<unknown>]>>;

/** Returns the rounds. The cases of a round are independent: one preview detects all, one `up` repairs all. */
export function driftRounds(services: Services): readonly Round[] {
    async function deleteEnvSecret(): Promise<void> {
        const { items } = await services.harness.kubernetes.list<KubernetesObject>("v1", "Secret", namespace);
        const secret = items.find(({ metadata }) => metadata?.name?.startsWith(`${SOLAR}.`));
        await services.harness.kubernetes.delete({
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name: secret?.metadata?.name ?? "", namespace },
        });
    }

    async function deleteAccessKeys(): Promise<void> {
        for (const AccessKeyId of await services.aws.keys(services.identities.crimson)) {
            await services.aws.iam.send(new DeleteAccessKeyCommand({ ...user(), AccessKeyId }));
        }
    }

    const user = () => ({ UserName: services.identities.crimson });
    const role = (): string => `auth/approle/role/${services.identities.solar}`;
    const accountEmail = async () => accountKeyIn(await services.harness.kwargs(VIOLET)).client_email;
    const vaultOf = async (name: string) => azureLoginIn(await services.harness.resolvedEnv(name)).vault;
    const secret = `airflow/${CRIMSON}/variables/verify_variable`;
    const parameter = `/airflow/${SILVER}/variables/verify_variable`;
    return [
        {
            "a deleted Vault policy": [
                `${SOLAR}.policy`,
                () => services.harness.vault("DELETE", `sys/policies/acl/${services.identities.solar}`),
            ],
            "a deleted secret on KV v1": [
                `${LUNAR}.test-connection-json`,
                () => services.harness.vault("DELETE", `kv/${LUNAR}/connections/verify_connection_json`),
            ],
            "a deleted IAM user with its access keys and policy": [
                `${CRIMSON}.user`,
                async () => {
                    await deleteAccessKeys();
                    await services.aws.iam.send(new DeleteUserPolicyCommand({ ...user(), PolicyName }));
                    await services.aws.iam.send(new DeleteUserCommand(user()));
                },
            ],
            "a changed value of a parameter": [
                `${SILVER}.test-variable`,
                () =>
                    services.aws.ssm.send(
                        new PutParameterCommand({
                            Name: parameter,
                            Value: "another",
                            Type: "SecureString",
                            Overwrite: true,
                        }),
                    ),
            ],
            "a deleted service account": [
                `${VIOLET}.account`,
                async () => services.google.iam("DELETE", `serviceAccounts/${await accountEmail()}`),
            ],
            "a deleted app registration": [
                `${INDIGO}.app`,
                async () => {
                    await services.azure.graph(
                        "DELETE",
                        `applications/${(await services.azure.application(INDIGO)).id}`,
                    );
                },
            ],
            "a deleted role assignment": [
                `${JADE}.grant`,
                async () => {
                    const [id = ""] = await services.azure.secretsUserAssignments();
                    await services.azure.resourceManager("DELETE", id.replace(/^\/subscriptions\/[^/]+/, ""));
                },
            ],
            "a removed env entry of a Deployment": [
                `${SOLAR}.env-deployment-${SOLAR}-scheduler`,
                () => services.harness.removeEnv(scheduler, "scheduler", VARIABLE),
            ],
        },
        {
            "a deleted AppRole": [`${SOLAR}.role`, () => services.harness.vault("DELETE", role())],
            "a deleted secret on KV v2": [
                `${SOLAR}.test-variable`,
                () => services.harness.vault("DELETE", `secret/metadata/${SOLAR}/variables/verify_variable`),
            ],
            "a deleted policy of an IAM user": [
                `${CRIMSON}.policy`,
                () => services.aws.iam.send(new DeleteUserPolicyCommand({ ...user(), PolicyName })),
            ],
            "a deleted access key": [`${CRIMSON}.access-key.1`, deleteAccessKeys],
            "a deleted parameter": [
                `${SILVER}.test-variable`,
                () => services.aws.ssm.send(new DeleteParameterCommand({ Name: parameter })),
            ],
            "a deleted service account key": [
                `${VIOLET}.key.1`,
                async () => {
                    const [key] = await services.google.keys(await accountEmail());
                    await services.google.iam("DELETE", `serviceAccounts/${await accountEmail()}/keys/${key}`);
                },
            ],
            "a deleted service principal": [
                `${JADE}.principal`,
                async () => {
                    await services.azure.graph("DELETE", `servicePrincipals/${await services.azure.principal(JADE)}`);
                },
            ],
            "a removed access policy": [
                `${INDIGO}.grant`,
                async () => {
                    await services.azure.removeAccessPolicy(
                        await vaultOf(INDIGO),
                        await services.azure.principal(INDIGO),
                    );
                },
            ],
        },
        {
            "a destroyed secret id": [
                `${SOLAR}.secret-id.1`,
                async () => {
                    const [accessor] = await services.harness.vaultList(`${role()}/secret-id`);
                    await services.harness.vault("POST", `${role()}/secret-id-accessor/destroy`, {
                        secret_id_accessor: accessor,
                    });
                },
            ],
            "a widened policy of an IAM user": [
                `${CRIMSON}.policy`,
                async () => {
                    const PolicyDocument = JSON.stringify({
                        Version: "2012-10-17",
                        Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
                    });
                    await services.aws.iam.send(new PutUserPolicyCommand({ ...user(), PolicyName, PolicyDocument }));
                },
            ],
            "a deactivated access key": [
                `${CRIMSON}.access-key.1`,
                async () => {
                    const [AccessKeyId = ""] = await services.aws.keys(services.identities.crimson);
                    await services.aws.iam.send(
                        new UpdateAccessKeyCommand({ ...user(), AccessKeyId, Status: "Inactive" }),
                    );
                },
            ],
            "a removed IAM binding of a service account": [
                `${VIOLET}.grant`,
                async () => {
                    const policy = await services.google.policy();
                    const bindings = policy.bindings.filter(
                        ({ role }) => role !== "roles/secretmanager.secretAccessor",
                    );
                    await services.google.setPolicy({ ...policy, bindings });
                },
            ],
            "a removed client secret": [`${INDIGO}.client-secret.1`, () => services.azure.removePasswords(INDIGO)],
            "a Key Vault changed from RBAC to access policies": [
                `${JADE}.vault`,
                async () => {
                    await services.azure.createVault(await vaultOf(JADE), { enableRbacAuthorization: false });
                },
            ],
        },
        {
            "a deleted secret of Secrets Manager": [
                `${CRIMSON}.test-variable`,
                () =>
                    services.aws.secretsManager.send(
                        new DeleteSecretCommand({ SecretId: secret, ForceDeleteWithoutRecovery: true }),
                    ),
            ],
            "a deleted secret of Google Cloud": [
                `${VIOLET}.test-variable`,
                () =>
                    services.google.secretManager.deleteSecret({
                        name: `projects/${GoogleProject.id}/secrets/${VIOLET}-airflow-variables-verify_variable`,
                    }),
            ],
            "a widened access policy": [
                `${INDIGO}.grant`,
                async () => {
                    const wide = { secrets: ["get", "list", "set"] };
                    await services.azure.setAccessPolicy(
                        await vaultOf(INDIGO),
                        await services.azure.principal(INDIGO),
                        wide,
                    );
                },
            ],
            "a soft-deleted secret of Key Vault": [
                `${JADE}.test-variable`,
                async () => {
                    await services.azure.vault(
                        "DELETE",
                        await vaultOf(JADE),
                        `secrets/${JADE}-airflow-variables-verify-variable`,
                    );
                },
            ],
            "a deleted Kubernetes Secret": [`${SOLAR}.env.1`, deleteEnvSecret],
            "a removed env entry of a StatefulSet": [
                `${SOLAR}.env-statefulset-${SOLAR}-worker`,
                () => services.harness.removeEnv(worker, "worker", VARIABLE),
            ],
        },
    ];
}
