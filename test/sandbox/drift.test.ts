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
import { Harness } from "./harness";

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
        harness = await Harness.open();
        aws = new AwsAccount(harness.sandbox.env);
        google = await GoogleProject.open(harness.sandbox);
        azure = await AzureSubscription.open(harness.sandbox);
        await harness.keep(SOLAR, LUNAR, CRIMSON, SILVER, VIOLET, INDIGO, JADE);
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
    const cases: Record<string, () => Promise<unknown>> = {
        "the policy": () => harness.vault("DELETE", `sys/policies/acl/airflow.dev.${SOLAR}`),
        "the AppRole": () => harness.vault("DELETE", role),
        "the secret id": async () => {
            const [accessor] = await harness.vaultList(`${role}/secret-id`);
            await harness.vault("POST", `${role}/secret-id-accessor/destroy`, { secret_id_accessor: accessor });
        },
        "a secret on KV v2": () => harness.vault("DELETE", `secret/metadata/${SOLAR}/variables/verify_variable`),
        "a secret on KV v1": () => harness.vault("DELETE", `kv/${LUNAR}/connections/verify_connection_json`),
        "an IAM user with all it has": async () => {
            await deleteAccessKeys();
            await aws.iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName }));
            await aws.iam.send(new DeleteUserCommand({ UserName }));
        },
        "a user's policy": () => aws.iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName })),
        "the narrowness of a user's policy": async () => {
            const PolicyDocument = JSON.stringify({
                Version: "2012-10-17",
                Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
            });
            await aws.iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
        },
        "an access key": deleteAccessKeys,
        "an access key's being active": async () => {
            const [AccessKeyId = ""] = await aws.keys(UserName);
            await aws.iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" }));
        },
        "a secret of Secrets Manager": () =>
            aws.secretsManager.send(new DeleteSecretCommand({ SecretId: secret, ForceDeleteWithoutRecovery: true })),
        "a parameter": () => aws.ssm.send(new DeleteParameterCommand({ Name: parameter })),
        "the value of a parameter": () =>
            aws.ssm.send(
                new PutParameterCommand({ Name: parameter, Value: "another", Type: "SecureString", Overwrite: true }),
            ),
        "a service account": async () => google.iam("DELETE", `serviceAccounts/${await accountEmail()}`),
        "a service account's key": async () => {
            const [key] = await google.keys(await accountEmail());
            await google.iam("DELETE", `serviceAccounts/${await accountEmail()}/keys/${key}`);
        },
        "a service account's grant": async () => {
            const policy = await google.policy();
            const bindings = policy.bindings.filter(({ role }) => role !== "roles/secretmanager.secretAccessor");
            await google.setPolicy({ ...policy, bindings });
        },
        "a secret of Google Cloud": () =>
            google.secretManager.deleteSecret({ name: `${googleSecret}-airflow-variables-verify_variable` }),
        "an app registration with all it has": async () => {
            await azure.graph("DELETE", `applications/${(await azure.application(INDIGO)).id}`);
        },
        "a service principal": async () => {
            await azure.graph("DELETE", `servicePrincipals/${await azure.principal(JADE)}`);
        },
        "a client secret": () => azure.removePasswords(INDIGO),
        "an access policy": async () => {
            await azure.disallow(await vaultOf(INDIGO), await azure.principal(INDIGO));
        },
        "the narrowness of an access policy": async () => {
            const wide = { secrets: ["get", "list", "set"] };
            await azure.allow(await vaultOf(INDIGO), await azure.principal(INDIGO), wide);
        },
        "a role assignment": async () => {
            const [id = ""] = await azure.readers();
            await azure.manager("DELETE", id.replace(/^\/subscriptions\/[^/]+/, ""));
        },
        "a Key Vault's going by roles": async () => {
            await azure.createVault(await vaultOf(JADE), { enableRbacAuthorization: false });
        },
        "a secret of Key Vault, which is kept": async () => {
            await azure.vault("DELETE", await vaultOf(JADE), `secrets/${JADE}-airflow-variables-verify-variable`);
        },
        "the Secret in Kubernetes": deleteEnvSecret,
        "an env entry of a Deployment": () => harness.removeEnv(scheduler, "scheduler", VARIABLE),
        "an env entry of a StatefulSet": () => harness.removeEnv(worker, "worker", VARIABLE),
    };
    for (const [what, takeAway] of Object.entries(cases)) {
        it(`is seen and repaired: ${what}`, async () => {
            await takeAway();
            const seen = await harness.pulumi(["preview", "--refresh", "--expect-no-changes"]);
            assert.equal(seen.code, CHANGES, seen.all);
            await harness.up("--refresh");
            await harness.succeed(["preview", "--refresh", "--expect-no-changes"]);
        });
    }

    it("leaves credentials that work in the end", async () => {
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
