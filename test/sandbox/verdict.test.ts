import assert from "node:assert/strict";
import { DeleteUserPolicyCommand, PutUserPolicyCommand, UpdateAccessKeyCommand } from "@aws-sdk/client-iam";
import { verify, type Report, type StackDeployments } from "../../sandbox/verify/verify";
import { AwsAccount } from "./aws";
import { AzureSubscription, azureLoginIn, SECRETS_OFFICER } from "./azure";
import { accountKeyIn, GoogleProject } from "./google";
import { Harness } from "./harness";

const SOLAR = "solar-dust-1234";
const LUNAR = "lunar-tide-5678";
const VIOLET = "violet-meteor-3141";
const INDIGO = "indigo-pulsar-1618";
const JADE = "jade-eclipse-5772";
const inAws = ["crimson-comet-2468", "silver-quasar-9753"];
const ROLE = `auth/approle/role/airflow.dev.${SOLAR}`;

/** A check that cannot fail proves nothing: each thing is broken for itself, and its cells have to go bad. */
describe("verify", function () {
    this.timeout(600_000);
    this.slow(60_000);
    let harness: Harness;
    let deployments: StackDeployments;

    before(async () => {
        harness = await Harness.open();
        await harness.keep(SOLAR, LUNAR, ...inAws, VIOLET, INDIGO, JADE);
        await harness.up();
        const { stdout } = await harness.succeed(["stack", "output", "--json"], { configFile: false });
        ({ deployments } = JSON.parse(stdout) as { deployments: StackDeployments });
    });
    after(() => harness.close());
    afterEach(() => harness.up("--refresh"));

    /** Names of the checks that failed, by Deployment. */
    async function failures(...names: readonly string[]): Promise<Record<string, string[]>> {
        const report: Report = await verify({
            deployments: Object.fromEntries(Object.entries(deployments).filter(([name]) => names.includes(name))),
            kubeconfigPath: harness.sandbox.kubeconfig,
            airflow: { python: harness.installed.airflow },
            edge: harness.sandbox.edge,
            stateDir: harness.sandbox.stateDir,
            log: () => undefined,
        });
        return Object.fromEntries(
            report.deployments.map(({ name, checks }) => [
                name,
                checks.filter(({ ok }) => !ok).map((check) => check.name),
            ]),
        );
    }

    const reads = ["variable read", "URI connection read", "JSON connection read"];
    const refusals = ["neighbour's scope refused", "list refused", "write refused", "escalation refused"];

    it("fails a Deployment whose secret id was revoked, and its neighbour not", async () => {
        const [accessor] = await harness.vaultList(`${ROLE}/secret-id`);
        await harness.vault("POST", `${ROLE}/secret-id-accessor/destroy`, { secret_id_accessor: accessor });
        const found = await failures(SOLAR, LUNAR);
        assert.deepEqual(found[LUNAR], []);
        assert.deepEqual(found[SOLAR]?.slice(0, 3), reads);
        assert.equal(found[SOLAR].length, 7, "without a login no refusal is proven either");
    });

    it("fails the reads when the policy is gone", async () => {
        await harness.vault("DELETE", `sys/policies/acl/airflow.dev.${SOLAR}`);
        assert.deepEqual((await failures(SOLAR, LUNAR))[SOLAR]?.slice(0, 3), reads);
    });

    it("fails the refusals when the policy grants too much", async () => {
        const policy = 'path "*" { capabilities = ["create", "read", "update", "list", "sudo"] }';
        await harness.vault("PUT", `sys/policies/acl/airflow.dev.${SOLAR}`, { policy });
        assert.deepEqual((await failures(SOLAR, LUNAR))[SOLAR], refusals);
    });

    it("fails the wiring when an env entry is taken off one container", async () => {
        const worker = { kind: "StatefulSet", namespace: `airflow-${SOLAR}`, name: `${SOLAR}-worker` };
        await harness.removeEnv(worker, "worker", "AIRFLOW__SECRETS__BACKEND_KWARGS");
        assert.ok((await failures(SOLAR, LUNAR))[SOLAR]?.includes("env wired"));
    });

    for (const name of inAws) {
        const UserName = `airflow.dev.${name}`;
        const PolicyName = "read-airflow-secrets";

        it(`fails ${name} when its access key is switched off`, async () => {
            const aws = new AwsAccount(harness.sandbox.env);
            const [AccessKeyId = ""] = await aws.keys(UserName);
            await aws.iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" }));
            assert.deepEqual((await failures(name))[name], [...reads, ...refusals]);
        });

        it(`fails ${name} when its policy is gone`, async () => {
            const { iam } = new AwsAccount(harness.sandbox.env);
            await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName }));
            assert.deepEqual((await failures(name))[name], [...reads, ...refusals]);
        });

        it(`fails the refusals of ${name} when its policy grants too much`, async () => {
            const aws = new AwsAccount(harness.sandbox.env);
            const PolicyDocument = JSON.stringify({
                Version: "2012-10-17",
                Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
            });
            const before = [await aws.keys(UserName), await aws.secrets(), await aws.parameters()];
            await aws.iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
            assert.deepEqual((await failures(name))[name], refusals);
            const after = [await aws.keys(UserName), await aws.secrets(), await aws.parameters()];
            assert.deepEqual(after, before, "what was allowed is taken back");
            await aws.policy(UserName);
        });
    }

    describe("of a Deployment in Azure", () => {
        let azure: AzureSubscription;
        before(async () => {
            azure = await AzureSubscription.open(harness.sandbox);
        });
        after(() => azure.close());

        const vaultOf = async (name: string) => azureLoginIn(await harness.resolvedEnv(name)).vault;

        it("fails it when its client secret was removed", async () => {
            await azure.removePasswords(INDIGO);
            assert.deepEqual((await failures(INDIGO))[INDIGO], [...reads, ...refusals]);
        });

        it("fails it when its access policy is gone", async () => {
            await azure.disallow(await vaultOf(INDIGO), await azure.principal(INDIGO));
            assert.deepEqual((await failures(INDIGO))[INDIGO], [...reads, ...refusals]);
        });

        it("fails the refusals when its access policy allows too much, and takes back what it did", async () => {
            const vault = await vaultOf(INDIGO);
            const wide = { secrets: ["all"], keys: ["get", "list"], certificates: ["get"] };
            await azure.allow(vault, await azure.principal(INDIGO), wide);
            const inTheVault = refusals.filter((refusal) => refusal !== "escalation refused");
            assert.deepEqual((await failures(INDIGO))[INDIGO], inTheVault);
            const path = `secrets/${INDIGO}-airflow-variables-verify-variable`;
            assert.equal((await azure.inVault("GET", vault, `/${path}`)).status, 200);
            assert.equal((await azure.inVault("GET", vault, `/${path}-probe`)).status, 404);
        });

        it("fails the refusals when it may write by its role", async () => {
            const scope = `/resourceGroups/sandbox-group/providers/Microsoft.KeyVault/vaults/${await vaultOf(JADE)}`;
            const assignment = `${scope}/providers/Microsoft.Authorization/roleAssignments/11112222-3333-4444-5555-666677778888`;
            const roleDefinitionId = `/subscriptions/${azure.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${SECRETS_OFFICER}`;
            const properties = { roleDefinitionId, principalId: await azure.principal(JADE) };
            await azure.manager("PUT", assignment, { properties });
            assert.deepEqual((await failures(JADE))[JADE], ["write refused"]);
            await azure.manager("DELETE", assignment);
        });
    });

    it("fails a Deployment whose service account's key was deleted", async () => {
        const google = await GoogleProject.open(harness.sandbox);
        const email = accountKeyIn(await harness.kwargs(VIOLET)).client_email;
        const [key] = await google.keys(email);
        await google.iam("DELETE", `serviceAccounts/${email}/keys/${key}`);
        await google.close();
        assert.deepEqual((await failures(VIOLET))[VIOLET], [...reads, ...refusals]);
    });

    it("fails the refusals when a service account was granted too much, and takes back what it made", async () => {
        const google = await GoogleProject.open(harness.sandbox);
        const email = accountKeyIn(await harness.kwargs(VIOLET)).client_email;
        const policy = await google.policy();
        const roles = ["secretmanager.admin", "iam.serviceAccountAdmin", "iam.serviceAccountKeyAdmin"];
        const wide = [...roles, "resourcemanager.projectIamAdmin"].map((role) => ({
            role: `roles/${role}`,
            members: [`serviceAccount:${email}`],
        }));
        const before = [await google.accounts(), await google.keys(email), await google.secrets()];
        await google.setPolicy({ ...policy, bindings: [...policy.bindings, ...wide] });
        assert.deepEqual((await failures(VIOLET))[VIOLET], refusals);
        assert.deepEqual([await google.accounts(), await google.keys(email), await google.secrets()], before);
        await google.setPolicy({ ...(await google.policy()), bindings: policy.bindings });
        await google.close();
    });
});
