import assert from "node:assert/strict";
import { DeleteUserPolicyCommand, PutUserPolicyCommand, UpdateAccessKeyCommand } from "@aws-sdk/client-iam";
import { verify, type StackDeployments } from "../../sandbox/verify/verify";
import { signingKeyIn } from "../../sandbox/services/kubernetes";
import { startAirflow, type AirflowProcess } from "../sandbox/airflowProcess";
import { AwsAccount } from "../sandbox/aws";
import { AzureSubscription, azureLoginIn, SECRETS_OFFICER } from "../sandbox/azure";
import { accountKeyIn, GoogleProject, type Policy } from "../sandbox/google";
import { Harness } from "../sandbox/harness";
import { identityName } from "../sandbox/identityName";

const SOLAR = "solar-dust-1234";
const LUNAR = "lunar-tide-5678";
const VIOLET = "violet-meteor-3141";
const INDIGO = "indigo-pulsar-1618";
const JADE = "jade-eclipse-5772";
const inAws = ["crimson-comet-2468", "silver-quasar-9753"];
const PolicyName = "read-airflow-secrets";

/**
 * A check that cannot fail proves nothing: each thing is broken separately, and exactly its checks must fail. The
 * Deployments are independent of each other, so one report shows what is broken in several of them.
 */
describe("verify", function () {
    this.timeout(600_000);
    this.slow(60_000);
    let harness: Harness;
    let aws: AwsAccount;
    let azure: AzureSubscription;
    let google: GoogleProject;
    let airflow: AirflowProcess;
    let deployments: StackDeployments;
    let role: string;
    let policyPath: string;
    let users: string[];

    before(async () => {
        harness = await Harness.openAttached(SOLAR, LUNAR, ...inAws, VIOLET, INDIGO, JADE);
        aws = new AwsAccount(harness.sandbox.env);
        azure = await AzureSubscription.open(harness.sandbox);
        google = await GoogleProject.open(harness.sandbox);
        airflow = await startAirflow(harness.installed.airflow, harness.sandbox.edge);
        const inVault = await identityName(harness, SOLAR);
        role = `auth/approle/role/${inVault}`;
        policyPath = `sys/policies/acl/${inVault}`;
        users = await Promise.all(inAws.map((name) => identityName(harness, name)));
        await harness.up();
        const { stdout } = await harness.succeed(["stack", "output", "--json"], { configFile: false });
        ({ deployments } = JSON.parse(stdout) as { deployments: StackDeployments });
    });
    after(async () => {
        await airflow.close();
        await google.close();
        await azure.close();
        await harness.close();
    });

    /** Returns the names of the checks that failed, by Deployment. */
    async function failures(): Promise<Record<string, string[]>> {
        const { kubeconfig: kubeconfigPath, edge, stateDir } = harness.sandbox;
        const signingKeyPath = signingKeyIn(stateDir);
        const report = await verify({ deployments, kubeconfigPath, signingKeyPath, airflow: airflow.read, edge });
        return Object.fromEntries(
            report.deployments.map(({ name, checks }) => [
                name,
                checks.filter(({ ok }) => !ok).map((check) => check.name),
            ]),
        );
    }

    const reads = ["variable read", "URI connection read", "JSON connection read"];
    const refusals = ["neighbour's scope refused", "list refused", "write refused", "escalation refused"];
    const vaultOf = async (name: string) => azureLoginIn(await harness.resolvedEnv(name)).vault;
    const accountEmail = async () => accountKeyIn(await harness.kwargs(VIOLET)).client_email;

    it("reports no failure if nothing is broken", async () => {
        assert.deepEqual(Object.values(await failures()).flat(), []);
    });

    describe("when credentials no longer work", () => {
        let found: Record<string, string[]>;

        before(async () => {
            const [accessor] = await harness.vaultList(`${role}/secret-id`);
            await harness.vault("POST", `${role}/secret-id-accessor/destroy`, { secret_id_accessor: accessor });
            for (const UserName of users) {
                const [AccessKeyId = ""] = await aws.keys(UserName);
                await aws.iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" }));
            }
            await azure.removePasswords(INDIGO);
            const email = await accountEmail();
            const [key] = await google.keys(email);
            await google.iam("DELETE", `serviceAccounts/${email}/keys/${key}`);
            found = await failures();
        });
        after(() => harness.up("--refresh"));

        it("fails a Deployment whose secret id was destroyed, and not its neighbour", () => {
            assert.deepEqual(found[LUNAR], []);
            assert.deepEqual(found[SOLAR]?.slice(0, 3), reads);
            assert.equal(found[SOLAR].length, 7, "without a login, no refusal is proven either");
        });

        for (const name of inAws) {
            it(`fails ${name} if its access key is deactivated`, () => {
                assert.deepEqual(found[name], [...reads, ...refusals]);
            });
        }

        it("fails a Deployment whose client secret in Azure was removed, and not its neighbour", () => {
            assert.deepEqual(found[INDIGO], [...reads, ...refusals]);
            assert.deepEqual(found[JADE], []);
        });

        it("fails a Deployment whose service account's key was deleted", () => {
            assert.deepEqual(found[VIOLET], [...reads, ...refusals]);
        });
    });

    describe("when grants were deleted", () => {
        let found: Record<string, string[]>;

        before(async () => {
            await harness.vault("DELETE", policyPath);
            for (const UserName of users) {
                await aws.iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName }));
            }
            await azure.removeAccessPolicy(await vaultOf(INDIGO), await azure.principal(INDIGO));
            found = await failures();
        });
        after(() => harness.up("--refresh"));

        it("fails the reads if the policy in Vault was deleted", () => {
            assert.deepEqual(found[SOLAR]?.slice(0, 3), reads);
        });

        for (const name of inAws) {
            it(`fails ${name} if its policy was deleted`, () => {
                assert.deepEqual(found[name], [...reads, ...refusals]);
            });
        }

        it("fails a Deployment whose access policy in Azure was removed", () => {
            assert.deepEqual(found[INDIGO], [...reads, ...refusals]);
        });
    });

    describe("when grants allow too much", () => {
        let found: Record<string, string[]>;
        let assignment: string;
        let policy: Policy;
        let inventoryBefore: unknown;

        /** Returns what a probe may create if it is allowed to. */
        const inventory = async () => [
            await Promise.all(users.map((name) => aws.keys(name))),
            await aws.secrets(),
            await aws.parameters(),
            await google.accounts(),
            await google.keys(await accountEmail()),
            await google.secrets(),
        ];

        before(async () => {
            inventoryBefore = await inventory();
            const everything = 'path "*" { capabilities = ["create", "read", "update", "list", "sudo"] }';
            await harness.vault("PUT", policyPath, { policy: everything });
            const Statement = [{ Effect: "Allow", Action: "*", Resource: "*" }];
            const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
            for (const UserName of users) {
                await aws.iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
            }
            const wide = { secrets: ["all"], keys: ["get", "list"], certificates: ["get"] };
            await azure.setAccessPolicy(await vaultOf(INDIGO), await azure.principal(INDIGO), wide);
            const scope = `/resourceGroups/sandbox-group/providers/Microsoft.KeyVault/vaults/${await vaultOf(JADE)}`;
            assignment = `${scope}/providers/Microsoft.Authorization/roleAssignments/11112222-3333-4444-5555-666677778888`;
            const roleDefinitionId = `/subscriptions/${azure.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${SECRETS_OFFICER}`;
            const properties = { roleDefinitionId, principalId: await azure.principal(JADE) };
            await azure.resourceManager("PUT", assignment, { properties });
            policy = await google.policy();
            const email = await accountEmail();
            const roles = ["secretmanager.admin", "iam.serviceAccountAdmin", "iam.serviceAccountKeyAdmin"];
            const bindings = [...roles, "resourcemanager.projectIamAdmin"].map((role) => ({
                role: `roles/${role}`,
                members: [`serviceAccount:${email}`],
            }));
            await google.setPolicy({ ...policy, bindings: [...policy.bindings, ...bindings] });
            found = await failures();
        });
        after(async () => {
            await azure.resourceManager("DELETE", assignment);
            await google.setPolicy({ ...(await google.policy()), bindings: policy.bindings });
            await harness.up("--refresh");
        });

        it("fails the refusals if the policy in Vault grants too much", () => {
            assert.deepEqual(found[SOLAR], refusals);
        });

        for (const name of inAws) {
            it(`fails the refusals of ${name} if its policy grants too much`, () => {
                assert.deepEqual(found[name], refusals);
            });
        }

        it("fails the refusals if an access policy in Azure allows too much, and undoes the probes", async () => {
            assert.deepEqual(
                found[INDIGO],
                refusals.filter((refusal) => refusal !== "escalation refused"),
            );
            const path = `secrets/${INDIGO}-airflow-variables-verify-variable`;
            const vault = await vaultOf(INDIGO);
            assert.equal((await azure.inVault("GET", vault, `/${path}`)).status, 200);
            assert.equal((await azure.inVault("GET", vault, `/${path}-probe`)).status, 404);
        });

        it("fails the write refusal if a role in Azure allows writes", () => {
            assert.deepEqual(found[JADE], ["write refused"]);
        });

        it("fails the refusals if a service account was granted too much", () => {
            assert.deepEqual(found[VIOLET], refusals);
        });

        it("undoes in AWS and Google Cloud what the probes did", async () => {
            assert.deepEqual(await inventory(), inventoryBefore);
        });
    });

    describe("when the wiring is broken", () => {
        it("fails the wiring if an env entry was removed from one container", async () => {
            const worker = { kind: "StatefulSet", namespace: `airflow-${SOLAR}`, name: `${SOLAR}-worker` };
            await harness.removeEnv(worker, "worker", "AIRFLOW__SECRETS__BACKEND_KWARGS");
            assert.ok((await failures())[SOLAR]?.includes("env wired"));
        });
    });
});
