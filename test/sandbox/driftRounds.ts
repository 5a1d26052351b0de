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
export const UserName = `airflow.dev.${CRIMSON}`;
const PolicyName = "read-airflow-secrets";
const role = `auth/approle/role/airflow.dev.${SOLAR}`;

/** What is reached when a round is due; not there yet when the tests are named. */
export interface Places {
    harness: Harness;
    aws: AwsAccount;
    google: GoogleProject;
    azure: AzureSubscription;
}

/** By what is taken away or changed: the resource that is then repaired, and how it is done. */
export type Round = Readonly<Record<string, readonly [resource: string, takeAway: () => Promise<unknown>]>>;

/** What one takes away does not reach what another does: one look finds all of a round, one up repairs it. */
export function driftRounds(at: Places): readonly Round[] {
    async function deleteEnvSecret(): Promise<void> {
        const { items } = await at.harness.kubernetes.list<KubernetesObject>("v1", "Secret", namespace);
        const secret = items.find(({ metadata }) => metadata?.name?.startsWith(`${SOLAR}-env-`));
        await at.harness.kubernetes.delete({
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name: secret?.metadata?.name ?? "", namespace },
        });
    }

    async function deleteAccessKeys(): Promise<void> {
        for (const AccessKeyId of await at.aws.keys(UserName)) {
            await at.aws.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
        }
    }

    const accountEmail = async () => accountKeyIn(await at.harness.kwargs(VIOLET)).client_email;
    const vaultOf = async (name: string) => azureLoginIn(await at.harness.resolvedEnv(name)).vault;
    const googleSecret = `projects/${GoogleProject.id}/secrets/${VIOLET}`;
    const secret = `airflow/${CRIMSON}/variables/verify_variable`;
    const parameter = `/airflow/${SILVER}/variables/verify_variable`;
    return [
        {
            "the policy": [
                `${SOLAR}-policy`,
                () => at.harness.vault("DELETE", `sys/policies/acl/airflow.dev.${SOLAR}`),
            ],
            "a secret on KV v1": [
                `${LUNAR}-test-connection-json`,
                () => at.harness.vault("DELETE", `kv/${LUNAR}/connections/verify_connection_json`),
            ],
            "an IAM user with all it has": [
                `${CRIMSON}-user`,
                async () => {
                    await deleteAccessKeys();
                    await at.aws.iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName }));
                    await at.aws.iam.send(new DeleteUserCommand({ UserName }));
                },
            ],
            "the value of a parameter": [
                `${SILVER}-test-variable`,
                () =>
                    at.aws.ssm.send(
                        new PutParameterCommand({
                            Name: parameter,
                            Value: "another",
                            Type: "SecureString",
                            Overwrite: true,
                        }),
                    ),
            ],
            "a service account": [
                `${VIOLET}-account`,
                async () => at.google.iam("DELETE", `serviceAccounts/${await accountEmail()}`),
            ],
            "an app registration with all it has": [
                `${INDIGO}-app`,
                async () => {
                    await at.azure.graph("DELETE", `applications/${(await at.azure.application(INDIGO)).id}`);
                },
            ],
            "a role assignment": [
                `${JADE}-grant`,
                async () => {
                    const [id = ""] = await at.azure.readers();
                    await at.azure.manager("DELETE", id.replace(/^\/subscriptions\/[^/]+/, ""));
                },
            ],
            "an env entry of a Deployment": [
                `${SOLAR}-env-deployment-${SOLAR}-scheduler`,
                () => at.harness.removeEnv(scheduler, "scheduler", VARIABLE),
            ],
        },
        {
            "the AppRole": [`${SOLAR}-role`, () => at.harness.vault("DELETE", role)],
            "a secret on KV v2": [
                `${SOLAR}-test-variable`,
                () => at.harness.vault("DELETE", `secret/metadata/${SOLAR}/variables/verify_variable`),
            ],
            "a user's policy": [
                `${CRIMSON}-policy`,
                () => at.aws.iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName })),
            ],
            "an access key": [`${CRIMSON}-access-key-1`, deleteAccessKeys],
            "a parameter": [
                `${SILVER}-test-variable`,
                () => at.aws.ssm.send(new DeleteParameterCommand({ Name: parameter })),
            ],
            "a service account's key": [
                `${VIOLET}-key-1`,
                async () => {
                    const [key] = await at.google.keys(await accountEmail());
                    await at.google.iam("DELETE", `serviceAccounts/${await accountEmail()}/keys/${key}`);
                },
            ],
            "a service principal": [
                `${JADE}-principal`,
                async () => {
                    await at.azure.graph("DELETE", `servicePrincipals/${await at.azure.principal(JADE)}`);
                },
            ],
            "an access policy": [
                `${INDIGO}-grant`,
                async () => {
                    await at.azure.disallow(await vaultOf(INDIGO), await at.azure.principal(INDIGO));
                },
            ],
        },
        {
            "the secret id": [
                `${SOLAR}-secret-id-1`,
                async () => {
                    const [accessor] = await at.harness.vaultList(`${role}/secret-id`);
                    await at.harness.vault("POST", `${role}/secret-id-accessor/destroy`, {
                        secret_id_accessor: accessor,
                    });
                },
            ],
            "the narrowness of a user's policy": [
                `${CRIMSON}-policy`,
                async () => {
                    const PolicyDocument = JSON.stringify({
                        Version: "2012-10-17",
                        Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
                    });
                    await at.aws.iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
                },
            ],
            "an access key's being active": [
                `${CRIMSON}-access-key-1`,
                async () => {
                    const [AccessKeyId = ""] = await at.aws.keys(UserName);
                    await at.aws.iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" }));
                },
            ],
            "a service account's grant": [
                `${VIOLET}-grant`,
                async () => {
                    const policy = await at.google.policy();
                    const bindings = policy.bindings.filter(
                        ({ role }) => role !== "roles/secretmanager.secretAccessor",
                    );
                    await at.google.setPolicy({ ...policy, bindings });
                },
            ],
            "a client secret": [`${INDIGO}-client-secret-1`, () => at.azure.removePasswords(INDIGO)],
            "a Key Vault's going by roles": [
                `${JADE}-vault`,
                async () => {
                    await at.azure.createVault(await vaultOf(JADE), { enableRbacAuthorization: false });
                },
            ],
        },
        {
            "a secret of Secrets Manager": [
                `${CRIMSON}-test-variable`,
                () =>
                    at.aws.secretsManager.send(
                        new DeleteSecretCommand({ SecretId: secret, ForceDeleteWithoutRecovery: true }),
                    ),
            ],
            "a secret of Google Cloud": [
                `${VIOLET}-test-variable`,
                () =>
                    at.google.secretManager.deleteSecret({ name: `${googleSecret}-airflow-variables-verify_variable` }),
            ],
            "the narrowness of an access policy": [
                `${INDIGO}-grant`,
                async () => {
                    const wide = { secrets: ["get", "list", "set"] };
                    await at.azure.allow(await vaultOf(INDIGO), await at.azure.principal(INDIGO), wide);
                },
            ],
            "a secret of Key Vault, which is kept": [
                `${JADE}-test-variable`,
                async () => {
                    await at.azure.vault(
                        "DELETE",
                        await vaultOf(JADE),
                        `secrets/${JADE}-airflow-variables-verify-variable`,
                    );
                },
            ],
            "the Secret in Kubernetes": [`${SOLAR}-env`, deleteEnvSecret],
            "an env entry of a StatefulSet": [
                `${SOLAR}-env-statefulset-${SOLAR}-worker`,
                () => at.harness.removeEnv(worker, "worker", VARIABLE),
            ],
        },
    ];
}
