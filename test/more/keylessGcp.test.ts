import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { exchangeForm, type TokenExchange } from "../../components/gcp/client";
import { typescript } from "../typescript";
import { startAirflow } from "../sandbox/airflowProcess";
import { accountKeyIn, GoogleProject } from "../sandbox/google";
import { Harness, type DeploymentEntry } from "../sandbox/harness";
import { podTokens, type PodTokens } from "../sandbox/podTokens";

const OLIVE = "olive-comet-7113";
const NAMESPACE = `airflow-${OLIVE}`;
const POOL = "projects/271828182845/locations/global/workloadIdentityPools/sandbox-cluster";
const PROVIDER = `${POOL}/providers/kubernetes`;
const TOKEN_FILE = "/var/run/secrets/airflow-secrets-backend/token";
const workloads = ["api-server", "dag-processor", "scheduler", "triggerer", "worker"];
const members = workloads.map(
    (name) => `principal://iam.googleapis.com/${POOL}/subject/system:serviceaccount:${NAMESPACE}:${OLIVE}-${name}`,
);

/** The tests follow the life of a stack, so each depends on the one before. */
describe("a Deployment that logs in to Google Cloud with its pods' own token", function () {
    this.timeout(300_000);
    this.slow(60_000);
    this.bail(true);
    let harness: Harness;
    let google: GoogleProject;
    let tokens: PodTokens;

    before(async () => {
        harness = await Harness.openAttached(OLIVE);
        google = await GoogleProject.open(harness.sandbox);
        const audience = `https://iam.googleapis.com/${PROVIDER}`;
        tokens = await podTokens(harness, { namespace: NAMESPACE, serviceAccount: `${OLIVE}-scheduler`, audience });
    });
    after(async () => {
        await google.close();
        await harness.close();
    });

    const config: TokenExchange = {
        audience: `//iam.googleapis.com/${PROVIDER}`,
        token_url: "https://sts.googleapis.com/v1/token",
    };

    /** Logs in with the token as the pods would, and reads the test variable. Returns what Google Cloud answers last. */
    async function read(token: string): Promise<string> {
        const body = exchangeForm(config, token);
        const exchanged = await google.raw(config.token_url, { method: "POST", body });
        const { access_token: bearer, error } = exchanged.body as { access_token?: string; error?: string };
        if (bearer === undefined) {
            return `${exchanged.status} ${error ?? ""}`;
        }
        const secret = `projects/${GoogleProject.id}/secrets/${OLIVE}-airflow-variables-verify_variable`;
        const url = `https://secretmanager.googleapis.com/v1/${secret}/versions/latest:access`;
        const { status, body: answer } = await google.raw(url, { method: "GET", token: bearer });
        const { payload } = answer as { payload?: { data: string } };
        return payload === undefined ? String(status) : Buffer.from(payload.data, "base64").toString();
    }

    const VALUE = "my-test-variable";

    const useKey = (deployment: DeploymentEntry): void => {
        delete deployment.backend.login;
        delete deployment.backend.workloadIdentityProvider;
        delete deployment.target.serviceAccounts;
    };

    it("says what to do about a provider that does not exist, and creates nothing", async () => {
        await harness.edit(([olive]) => {
            olive!.backend.workloadIdentityProvider = `${POOL}/providers/another`;
        });
        const all = await harness.failedUp();
        assert.match(
            all,
            /olive-comet-7113: the workload identity provider \S+\/another does not exist\. .*gcloud iam workload-identity-pools/,
        );
        assert.deepEqual(await google.accessors(), []);
        await harness.restoreConfig();
    });

    it("gets a grant for each service account, and nothing secret", async () => {
        await harness.up();
        assert.deepEqual(await google.accounts(), []);
        assert.deepEqual((await google.accessors()).sort(), members);
        const { resources } = await harness.state();
        assert.ok(!resources.some(({ type }) => type.startsWith("gcp:serviceaccount/")));
        const { stdout } = await harness.succeed(["stack", "output", "deployments", "--json"], { configFile: false });
        const { env, requirement } = (JSON.parse(stdout) as Record<string, { env: object[]; requirement: string }>)[
            OLIVE
        ]!;
        assert.deepEqual(env, [
            { name: "AIRFLOW__SECRETS__BACKEND", secret: false },
            { name: "AIRFLOW__SECRETS__BACKEND_KWARGS", secret: false },
        ]);
        assert.equal(requirement, "apache-airflow-providers-google>=10.2.0");
        assert.deepEqual(await harness.kwargs(OLIVE), {
            connections_prefix: `${OLIVE}-airflow-connections`,
            variables_prefix: `${OLIVE}-airflow-variables`,
            config_prefix: null,
            sep: "-",
            project_id: GoogleProject.id,
            gcp_credential_config_file: {
                type: "external_account",
                subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
                credential_source: { file: TOKEN_FILE, format: { type: "text" } },
                ...config,
            },
        });
    });

    it("reads with the token of its own service account, as Airflow does", async () => {
        assert.equal(await read(tokens.good), VALUE);
        const file = join(harness.dir, "token");
        await writeFile(file, tokens.good, { mode: 0o600 });
        const set = Object.entries(await harness.resolvedEnv(OLIVE));
        const env = Object.fromEntries(set.map(([name, value]) => [name, value.replace(TOKEN_FILE, file)]));
        const airflow = await startAirflow(harness.installed.airflow, harness.sandbox.edge);
        try {
            const outcomes = await airflow.read({ name: OLIVE, env, redact: (text) => text });
            assert.deepEqual(
                Object.values(outcomes).map(({ ok }) => ok),
                [true, true, true],
                JSON.stringify(outcomes),
            );
        } finally {
            await airflow.close();
        }
    });

    it("reads with Google's own Node.js client, which finds no other provider", async () => {
        const { gcp_credential_config_file: set } = await harness.kwargs(OLIVE);
        const [token, config] = ["node-token", "node-config.json"].map((name) => join(harness.dir, name)) as [
            string,
            string,
        ];
        await writeFile(token, tokens.good, { mode: 0o600 });
        const readAt = async (provider: string): Promise<string> => {
            const text = JSON.stringify(set).replace(TOKEN_FILE, token).replace(PROVIDER, provider);
            await writeFile(config, text);
            const secret = `projects/${GoogleProject.id}/secrets/${OLIVE}-airflow-variables-verify_variable`;
            const args = [...typescript, join(__dirname, "..", "sandbox", "googleContract.client.ts"), config, secret];
            return (await execa(process.execPath, args, { env: harness.sandbox.env })).stdout;
        };
        assert.equal(await readAt(PROVIDER), VALUE);
        assert.equal(await readAt(`${POOL}/providers/another`), "400 invalid_target");
        const policy = await google.policy();
        const [member = ""] = members;
        const binding = { role: "roles/viewer", members: [member.replace("sandbox-cluster", "another")] };
        const changed = google.setPolicy({ ...policy, bindings: [...policy.bindings, binding] });
        await assert.rejects(changed, /400 .*Identity Pool does not exist \(/);
    });

    it("is refused with every other token", async () => {
        const answers = await Promise.all(
            Object.entries(tokens.refused).map(async ([what, token]) => [what, await read(token)] as const),
        );
        assert.deepEqual(Object.fromEntries(answers), {
            "of another namespace": "403",
            "of another service account": "403",
            "for another audience": "400 invalid_grant",
            "of another issuer": "400 invalid_grant",
            "with another issuer's signature": "400 invalid_grant",
            "that has expired": "400 invalid_grant",
        });
    });

    it("does not change in the next run", async () => {
        await harness.up("--expect-no-changes");
    });

    it("has another identity for other service accounts, with bindings of its own", async () => {
        await harness.edit(([olive]) => {
            olive!.target.serviceAccounts = [`${OLIVE}-scheduler`];
            // The others run as service accounts of their own.
            olive!.target.workloads = olive!.target.workloads.filter(({ name }) => name === `${OLIVE}-scheduler`);
        });
        await harness.up();
        // The scheduler is in a binding of both.
        assert.equal((await google.accessors()).length, members.length + 1);
    });

    it("gets a service account with a key instead, while its pods can still read with their token", async () => {
        await harness.edit((deployments) => {
            deployments.forEach(useKey);
        });
        await harness.age({ days: 2 });
        await harness.up();
        const [email = ""] = await google.accounts();
        assert.equal(accountKeyIn(await harness.kwargs(OLIVE)).client_email, email);
        // The overlap of the first identity is over. Its end took away none of the second's bindings.
        const scheduler = members.filter((member) => member.endsWith("-scheduler"));
        assert.deepEqual((await google.accessors()).sort(), [...scheduler, `serviceAccount:${email}`]);
        assert.equal(await read(tokens.good), VALUE);
    });

    it("goes back to its pods' token, and its service account is gone when the overlap is over", async () => {
        await harness.restoreConfig();
        await harness.age({ days: 2 });
        await harness.up();
        const [email = ""] = await google.accounts();
        assert.deepEqual((await google.accessors()).sort(), [...members, `serviceAccount:${email}`]);
        await harness.age({ days: 2 });
        await harness.up();
        assert.deepEqual([await google.accounts(), (await google.accessors()).sort()], [[], members]);
        assert.equal(await read(tokens.good), VALUE);
    });

    it("leaves nothing behind", async () => {
        await harness.succeed(["destroy", "--yes", "--skip-preview"]);
        assert.deepEqual([await google.accounts(), await google.accessors(), await google.secrets()], [[], [], []]);
    });
});
