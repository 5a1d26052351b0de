import assert from "node:assert/strict";
import { join } from "node:path";
import { execa } from "execa";
import { edgeEnv } from "../../sandbox/verify/airflowRun";
import { kubernetesCluster } from "../../sandbox/verify/kubernetesCluster";
import { azureLoginIn, AzureSubscription } from "../sandbox/azure";
import { Harness, type DeploymentEntry } from "../sandbox/harness";
import { ForgedTokens } from "../sandbox/serviceAccountTokens";

const PEARL = "pearl-signal-1317";
const NAMESPACE = `airflow-${PEARL}`;
const AUDIENCE = "api://AzureADTokenExchange";
const VAULT = "https://vault.azure.net";

/** The keys that only the login without a stored credential has. */
const keyless = { login: "workload-identity", issuer: "https://kubernetes.sandbox.test" };

/** A Deployment that logs in to Azure with a client secret, then with its pods' tokens, then with a client secret again. */
describe("a Deployment that logs in to Azure with its pods' tokens", function () {
    this.timeout(300_000);
    this.slow(30_000);
    let harness: Harness;
    let azure: AzureSubscription;
    let serviceAccounts: unknown;
    let clientSecret: ReturnType<typeof azureLoginIn>;

    before(async () => {
        harness = await Harness.openAttached(PEARL);
        azure = await AzureSubscription.open(harness.sandbox);
        await useClientSecret();
    });
    after(async () => {
        await azure.close();
        await harness.close();
    });

    const edit = (change: (deployment: DeploymentEntry) => void) =>
        harness.edit((deployments) => {
            deployments.forEach(change);
        });

    const useClientSecret = () =>
        edit(({ backend, target }) => {
            delete backend.login;
            delete backend.issuer;
            serviceAccounts = target.serviceAccounts;
            delete target.serviceAccounts;
        });

    const useTokens = () =>
        edit(({ backend, target }) => {
            Object.assign(backend, keyless);
            target.serviceAccounts = serviceAccounts;
        });

    const token = (audience = AUDIENCE): Promise<string> =>
        kubernetesCluster(harness.sandbox.kubeconfig).token({ namespace: NAMESPACE, audience }, `${PEARL}-worker`);

    /** Returns what Microsoft Entra ID answers to a login with a token: an access token, or the code of the error. */
    async function logIn(assertion: string): Promise<string> {
        const kwargs = await harness.kwargs(PEARL);
        const body = new URLSearchParams({
            grant_type: "client_credentials",
            client_id: String(kwargs.managed_identity_client_id),
            client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            client_assertion: assertion,
            scope: `${VAULT}/.default`,
        });
        const tenant = String(kwargs.workload_identity_tenant_id);
        const url = `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`;
        const answer = (await azure.raw("POST", url, { body })).body as Record<string, string>;
        return answer.access_token ?? answer.error_description?.split(":")[0] ?? "";
    }

    /** Returns whether a client secret is valid. */
    const isValid = async (login: typeof clientSecret): Promise<boolean> =>
        (await azure.logIn(login, VAULT)).token !== undefined;

    /** Returns the app that a task of the Deployment without a connection of its own acts as. */
    async function identityOfTasks(): Promise<string> {
        const python = join(harness.installed.airflow, "bin", "python");
        const { stdout } = await execa(python, [join(__dirname, "..", "sandbox", "azure_identity.py")], {
            env: { PATH: "/usr/bin:/bin", ...edgeEnv(harness.sandbox.edge), ...(await harness.resolvedEnv(PEARL)) },
            extendEnv: false,
        });
        return stdout;
    }

    it("gives tasks no identity in Azure with a client secret, because that is in the kwargs", async () => {
        assert.equal(await identityOfTasks(), "none");
        await harness.up();
        clientSecret = azureLoginIn(await harness.resolvedEnv(PEARL));
        assert.ok(await isValid(clientSecret));
        assert.equal(await identityOfTasks(), "none");
    });

    it("then has nothing secret, and reads with a token of its pods", async () => {
        await useTokens();
        await harness.up();
        const env = await harness.resolvedEnv(PEARL);
        assert.deepEqual(Object.keys(env).sort(), [
            "AIRFLOW__SECRETS__BACKEND",
            "AIRFLOW__SECRETS__BACKEND_KWARGS",
            "AZURE_FEDERATED_TOKEN_FILE",
        ]);
        const kwargs = await harness.kwargs(PEARL);
        assert.deepEqual(
            Object.keys(kwargs).filter((key) => /secret|password|token/.test(key)),
            [],
        );
        const app = (await azure.applications()).find(({ appId }) => appId === kwargs.managed_identity_client_id);
        assert.deepEqual(app?.passwordCredentials, []);
        const access = await logIn(await token());
        const url = `${String(kwargs.vault_url)}/secrets/${PEARL}-airflow-variables-verify-variable?api-version=7.4`;
        assert.equal((await azure.raw("GET", url, { token: access })).status, 200);
    });

    it("gives tasks no identity in Azure with a token file either", async () => {
        assert.equal(await identityOfTasks(), "none");
    });

    it("is refused with any other token", async () => {
        const forged = await ForgedTokens.like(await token(), harness.sandbox.kubeconfig);
        assert.deepEqual(
            {
                "another service account": await logIn(
                    await forged.ofSubject(`system:serviceaccount:${NAMESPACE}:${PEARL}-others`),
                ),
                "another namespace": await logIn(
                    await forged.ofSubject(`system:serviceaccount:others:${PEARL}-worker`),
                ),
                "another audience": await logIn(await token("api://others")),
                "another issuer": await logIn(await forged.ofIssuer("https://others.sandbox.test")),
                "the issuer with a slash": await logIn(await forged.ofIssuer(`${keyless.issuer}/`)),
                "an expired token": await logIn(await forged.expired()),
                "another key": await logIn(await forged.signedByOthers()),
                "no token": await logIn("nonsense"),
            },
            {
                "another service account": "AADSTS700213",
                "another namespace": "AADSTS700213",
                "another audience": "AADSTS700212",
                "another issuer": "AADSTS700211",
                "the issuer with a slash": "AADSTS700211",
                "an expired token": "AADSTS700024",
                "another key": "AADSTS700027",
                "no token": "AADSTS50027",
            },
        );
    });

    it("keeps the client secret for the overlap, and then deletes it with its app", async () => {
        assert.ok(await isValid(clientSecret));
        await harness.succeed(["preview", "--expect-no-changes"]);
        await harness.age({ days: 2 });
        await harness.up();
        assert.equal(await isValid(clientSecret), false);
        assert.equal((await azure.applications()).length, 1);
    });

    it("has nothing in its state that only a login with a client secret has", async () => {
        const { resources } = await harness.state();
        const types = resources.map(({ type }) => type);
        assert.ok(types.some((type) => type.endsWith(":ApplicationFederatedIdentityCredential")));
        assert.ok(types.every((type) => !type.endsWith(":ApplicationPassword")));
    });

    it("gets a client secret again, while its tokens are accepted for the overlap", async () => {
        const kwargs = await harness.kwargs(PEARL);
        await useClientSecret();
        await harness.up();
        assert.ok(await isValid(azureLoginIn(await harness.resolvedEnv(PEARL))));
        const trusting = (await azure.applications()).find(({ appId }) => appId === kwargs.managed_identity_client_id);
        const { body } = await azure.graph("GET", `applications/${trusting?.id ?? ""}/federatedIdentityCredentials`);
        assert.equal((body as { value: unknown[] }).value.length, 5);
    });

    it("leaves nothing when it is destroyed", async () => {
        await harness.succeed(["destroy", "--yes", "--skip-preview"]);
        assert.deepEqual([await azure.applications(), await azure.vaults()], [[], []]);
    });
});
