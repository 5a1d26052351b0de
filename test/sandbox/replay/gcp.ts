import { GoogleProject } from "../google";
import type { ManualContext, ReplayCase } from "./replay";

const VIOLET = "violet-meteor-3141";
const ACCOUNT_ID = "airflow-violet-meteor-20905c33";
const EMAIL = `${ACCOUNT_ID}@${GoogleProject.id}.iam.gserviceaccount.com`;
const MEMBER = `serviceAccount:${EMAIL}`;
const secretOf = (scope: string): string =>
    `projects/${GoogleProject.id}/secrets/${scope}-airflow-variables-verify_variable`;

const withProject =
    (work: (google: GoogleProject, context: ManualContext) => Promise<unknown>) =>
    async (context: ManualContext): Promise<void> => {
        const google = await GoogleProject.open(context.sandbox);
        try {
            await work(google, context);
        } finally {
            await google.close();
        }
    };

async function removeGrant(google: GoogleProject): Promise<void> {
    const policy = await google.policy();
    const bindings = policy.bindings.filter(({ members }) => !members.includes(MEMBER));
    await google.setPolicy({ ...policy, bindings });
}

/** Creates what an `up` created that was not recorded. */
async function createCredentials(google: GoogleProject, { placeholders }: ManualContext): Promise<void> {
    const serviceAccount = {
        displayName: `Airflow dev/${VIOLET}`,
        description: "Reads the Deployment's secrets and nothing else",
    };
    const body = { accountId: ACCOUNT_ID, serviceAccount };
    const { uniqueId } = await google.iam<{ uniqueId: string }>("POST", "serviceAccounts", body);
    const key = await google.iam<{ name: string; privateKeyData: string }>("POST", `serviceAccounts/${EMAIL}/keys`);
    // Escaped, as in the key's JSON file.
    const [, privateKey] =
        /"private_key": "([^"]+)"/.exec(Buffer.from(key.privateKeyData, "base64").toString("utf8")) ?? [];
    placeholders.bind("id:7", uniqueId);
    placeholders.bind("id:8", key.name.split("/").at(-1));
    placeholders.bind(`secret:${VIOLET}-key-1#2`, privateKey);
}

const createAccount = (google: GoogleProject) => google.iam("POST", "serviceAccounts", { accountId: ACCOUNT_ID });
const deleteAccount = (google: GoogleProject) => google.iam("DELETE", `serviceAccounts/${EMAIL}`);
const deleteKey = (google: GoogleProject, { placeholders }: ManualContext, placeholder: string) =>
    google.iam("DELETE", `serviceAccounts/${EMAIL}/keys/${String(placeholders.get(placeholder))}`);
const createSecret = (google: GoogleProject) =>
    google.secretManager.createSecret({
        parent: `projects/${GoogleProject.id}`,
        secretId: secretOf(VIOLET).split("/").at(-1) ?? "",
        secret: { replication: { automatic: {} } },
    });
const deleteSecret = (google: GoogleProject, scope: string) =>
    google.secretManager.deleteSecret({ name: secretOf(scope) });
const destroyVersion = (google: GoogleProject, scope: string) =>
    google.secretManager.destroySecretVersion({ name: `${secretOf(scope)}/versions/1` });

const scope = `${VIOLET}-b`;

/** The replay of the official plugin for Google Cloud. */
export const gcp: ReplayCase = {
    plugin: "gcp",
    recorded: 733,
    component: "GcpSecretManagerBackend",
    leftOut: {},
    differences: [],
    manualSteps: {
        "a service account's grant taken away by hand: refresh": withProject(removeGrant),
        "a key deleted by hand: refresh": withProject((google, context) => deleteKey(google, context, "id:3")),
        "a secret version destroyed by hand: refresh": withProject((google) => destroyVersion(google, scope)),
        "a secret deleted by hand: refresh": withProject((google) => deleteSecret(google, scope)),
        "a secret version added by hand: refresh": withProject((google) =>
            google.secretManager.addSecretVersion({
                parent: secretOf(scope),
                payload: { data: Buffer.from("theirs") },
            }),
        ),
        "a service account renamed by hand: refresh": withProject((google) =>
            google.iam("PATCH", `serviceAccounts/${EMAIL}`, {
                serviceAccount: { displayName: "theirs", description: "theirs" },
                updateMask: "displayName,description",
            }),
        ),
        "a service account deleted by hand: refresh": withProject(deleteAccount),
        "a service account of the same name exists: up": withProject(createAccount),
        "keys are forbidden: up": withProject(async (google, context) => {
            await deleteAccount(google);
            await createCredentials(google, context);
            await google.forbidKeys(true);
        }),
        "keys are forbidden: then up": withProject((google) => google.forbidKeys(false)),
        "destroy with the key, the grant and a secret with its version gone": withProject(async (google, context) => {
            await deleteKey(google, context, "id:9");
            await removeGrant(google);
            await deleteSecret(google, VIOLET);
        }),
        "a secret of the same name exists: preview": withProject(createSecret),
        "a secret of the same name exists: then up": withProject((google) => deleteSecret(google, VIOLET)),
        "a secret deleted by hand: up without refresh": withProject((google) => deleteSecret(google, VIOLET)),
        "destroy with the service account gone and a secret version destroyed": withProject(async (google) => {
            await deleteAccount(google);
            await destroyVersion(google, VIOLET);
        }),
    },
};
