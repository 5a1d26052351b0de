import assert from "node:assert/strict";
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
import { AwsAccount, keyIn } from "./aws";
import { AzureSubscription, azureLoginIn } from "./azure";
import { accountKeyIn, GoogleProject } from "./google";
import { Harness, type Result } from "./harness";

const SOLAR = "solar-dust-1234";
const LUNAR = "lunar-tide-5678";
const CRIMSON = "crimson-comet-2468";
const SILVER = "silver-quasar-9753";
const VIOLET = "violet-meteor-3141";
const INDIGO = "indigo-pulsar-1618";
const JADE = "jade-eclipse-5772";
const VARIABLE = "AIRFLOW__SECRETS__BACKEND";
const namespace = `airflow-${SOLAR}`;
const scheduler = { kind: "Deployment", namespace, name: `${SOLAR}-scheduler` };
const worker = { kind: "StatefulSet", namespace, name: `${SOLAR}-worker` };
const UserName = `airflow.dev.${CRIMSON}`;
const PolicyName = "read-airflow-secrets";
const role = `auth/approle/role/airflow.dev.${SOLAR}`;

/** Pulumi's exit code when `--expect-no-changes` finds some. */
const CHANGES = 7;

describe("what somebody takes away by hand", function () {
    this.timeout(600_000);
    this.slow(60_000);
    let harness: Harness;
    let aws: AwsAccount;
    let google: GoogleProject;
    let azure: AzureSubscription;

    before(async () => {
        harness = await Harness.open(SOLAR, LUNAR, CRIMSON, SILVER, VIOLET, INDIGO, JADE);
        aws = new AwsAccount(harness.sandbox.env);
        google = await GoogleProject.open(harness.sandbox);
        azure = await AzureSubscription.open(harness.sandbox);
        await harness.up();
    });
    after(async () => {
        await azure.close();
        await google.close();
        await harness.close();
    });

    async function deleteEnvSecret(): Promise<void> {
        const { items } = await harness.kubernetes.list<KubernetesObject>("v1", "Secret", namespace);
        const secret = items.find(({ metadata }) => metadata?.name?.startsWith(`${SOLAR}-env-`));
        await harness.kubernetes.delete({
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name: secret?.metadata?.name ?? "", namespace },
        });
    }

    async function deleteAccessKeys(): Promise<void> {
        for (const AccessKeyId of await aws.keys(UserName)) {
            await aws.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
        }
    }

    const accountEmail = async () => accountKeyIn(await harness.kwargs(VIOLET)).client_email;
    const vaultOf = async (name: string) => azureLoginIn(await harness.resolvedEnv(name)).vault;
    const googleSecret = `projects/${GoogleProject.id}/secrets/${VIOLET}`;
    const secret = `airflow/${CRIMSON}/variables/verify_variable`;
    const parameter = `/airflow/${SILVER}/variables/verify_variable`;
    /** What one takes away does not reach what another does: one look finds all of a round, one up repairs it. */
    const rounds: Record<string, readonly [resource: string, takeAway: () => Promise<unknown>]>[] = [
        {
            "the policy": [`${SOLAR}-policy`, () => harness.vault("DELETE", `sys/policies/acl/airflow.dev.${SOLAR}`)],
            "a secret on KV v1": [
                `${LUNAR}-test-connection-json`,
                () => harness.vault("DELETE", `kv/${LUNAR}/connections/verify_connection_json`),
            ],
            "an IAM user with all it has": [
                `${CRIMSON}-user`,
                async () => {
                    await deleteAccessKeys();
                    await aws.iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName }));
                    await aws.iam.send(new DeleteUserCommand({ UserName }));
                },
            ],
            "the value of a parameter": [
                `${SILVER}-test-variable`,
                () =>
                    aws.ssm.send(
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
                async () => google.iam("DELETE", `serviceAccounts/${await accountEmail()}`),
            ],
            "an app registration with all it has": [
                `${INDIGO}-app`,
                async () => {
                    await azure.graph("DELETE", `applications/${(await azure.application(INDIGO)).id}`);
                },
            ],
            "a role assignment": [
                `${JADE}-grant`,
                async () => {
                    const [id = ""] = await azure.readers();
                    await azure.manager("DELETE", id.replace(/^\/subscriptions\/[^/]+/, ""));
                },
            ],
            "an env entry of a Deployment": [
                `${SOLAR}-env-deployment-${SOLAR}-scheduler`,
                () => harness.removeEnv(scheduler, "scheduler", VARIABLE),
            ],
        },
        {
            "the AppRole": [`${SOLAR}-role`, () => harness.vault("DELETE", role)],
            "a secret on KV v2": [
                `${SOLAR}-test-variable`,
                () => harness.vault("DELETE", `secret/metadata/${SOLAR}/variables/verify_variable`),
            ],
            "a user's policy": [
                `${CRIMSON}-policy`,
                () => aws.iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName })),
            ],
            "an access key": [`${CRIMSON}-access-key-1`, deleteAccessKeys],
            "a parameter": [
                `${SILVER}-test-variable`,
                () => aws.ssm.send(new DeleteParameterCommand({ Name: parameter })),
            ],
            "a service account's key": [
                `${VIOLET}-key-1`,
                async () => {
                    const [key] = await google.keys(await accountEmail());
                    await google.iam("DELETE", `serviceAccounts/${await accountEmail()}/keys/${key}`);
                },
            ],
            "a service principal": [
                `${JADE}-principal`,
                async () => {
                    await azure.graph("DELETE", `servicePrincipals/${await azure.principal(JADE)}`);
                },
            ],
            "an access policy": [
                `${INDIGO}-grant`,
                async () => {
                    await azure.disallow(await vaultOf(INDIGO), await azure.principal(INDIGO));
                },
            ],
        },
        {
            "the secret id": [
                `${SOLAR}-secret-id-1`,
                async () => {
                    const [accessor] = await harness.vaultList(`${role}/secret-id`);
                    await harness.vault("POST", `${role}/secret-id-accessor/destroy`, { secret_id_accessor: accessor });
                },
            ],
            "the narrowness of a user's policy": [
                `${CRIMSON}-policy`,
                async () => {
                    const PolicyDocument = JSON.stringify({
                        Version: "2012-10-17",
                        Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
                    });
                    await aws.iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
                },
            ],
            "an access key's being active": [
                `${CRIMSON}-access-key-1`,
                async () => {
                    const [AccessKeyId = ""] = await aws.keys(UserName);
                    await aws.iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" }));
                },
            ],
            "a service account's grant": [
                `${VIOLET}-grant`,
                async () => {
                    const policy = await google.policy();
                    const bindings = policy.bindings.filter(
                        ({ role }) => role !== "roles/secretmanager.secretAccessor",
                    );
                    await google.setPolicy({ ...policy, bindings });
                },
            ],
            "a client secret": [`${INDIGO}-client-secret-1`, () => azure.removePasswords(INDIGO)],
            "a Key Vault's going by roles": [
                `${JADE}-vault`,
                async () => {
                    await azure.createVault(await vaultOf(JADE), { enableRbacAuthorization: false });
                },
            ],
        },
        {
            "a secret of Secrets Manager": [
                `${CRIMSON}-test-variable`,
                () =>
                    aws.secretsManager.send(
                        new DeleteSecretCommand({ SecretId: secret, ForceDeleteWithoutRecovery: true }),
                    ),
            ],
            "a secret of Google Cloud": [
                `${VIOLET}-test-variable`,
                () => google.secretManager.deleteSecret({ name: `${googleSecret}-airflow-variables-verify_variable` }),
            ],
            "the narrowness of an access policy": [
                `${INDIGO}-grant`,
                async () => {
                    const wide = { secrets: ["get", "list", "set"] };
                    await azure.allow(await vaultOf(INDIGO), await azure.principal(INDIGO), wide);
                },
            ],
            "a secret of Key Vault, which is kept": [
                `${JADE}-test-variable`,
                async () => {
                    await azure.vault(
                        "DELETE",
                        await vaultOf(JADE),
                        `secrets/${JADE}-airflow-variables-verify-variable`,
                    );
                },
            ],
            "the Secret in Kubernetes": [`${SOLAR}-env`, deleteEnvSecret],
            "an env entry of a StatefulSet": [
                `${SOLAR}-env-statefulset-${SOLAR}-worker`,
                () => harness.removeEnv(worker, "worker", VARIABLE),
            ],
        },
    ];

    rounds.forEach((cases, index) => {
        describe(`of round ${index + 1}`, () => {
            let seen: Result;
            let repaired: Result;

            before(async () => {
                for (const [, takeAway] of Object.values(cases)) {
                    await takeAway();
                }
                seen = await harness.pulumi(["preview", "--refresh", "--expect-no-changes", "--json"]);
                await harness.up("--refresh");
                repaired = await harness.pulumi(["preview", "--refresh", "--expect-no-changes", "--json"]);
            });

            for (const [what, [resource]] of Object.entries(cases)) {
                it(`is seen and repaired: ${what}`, () => {
                    assert.equal(seen.code, CHANGES, seen.all);
                    assert.ok(changed(seen).includes(resource), changed(seen).join(", "));
                    assert.ok(!changed(repaired).includes(resource), changed(repaired).join(", "));
                });
            }

            it("is all that was to be repaired", () => {
                assert.equal(repaired.code, 0, repaired.all);
            });
        });
    });

    /** Names of the resources that the next `up` would do something about. */
    function changed({ stdout }: Result): string[] {
        const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string }[] };
        return steps
            .filter(({ op }) => op !== "same" && op !== "refresh")
            .map(({ urn }) => urn.split("::").at(-1) ?? "");
    }

    // A suite of its own: tests that stand beside suites run before them.
    describe("when all is repaired", () => {
        it("leaves credentials that work", async () => {
            assert.equal(await aws.userOf(keyIn(await harness.resolvedEnv(CRIMSON))), UserName);
            for (const name of [INDIGO, JADE]) {
                const login = azureLoginIn(await harness.resolvedEnv(name));
                const path = `secrets/${name}-airflow-variables-verify-variable`;
                const { body } = await azure.vault("GET", login.vault, path, { login });
                assert.equal((body as { value: string }).value, "my-test-variable");
            }
            const { role_id, secret_id } = await harness.kwargs(SOLAR);
            const { auth } = (await harness.vault("POST", "auth/approle/login", { role_id, secret_id })) as {
                auth: { token_type: string; policies: string[] };
            };
            assert.equal(auth.token_type, "batch");
            assert.deepEqual(auth.policies.sort(), [`airflow.dev.${SOLAR}`, "default"]);
        });
    });
});
