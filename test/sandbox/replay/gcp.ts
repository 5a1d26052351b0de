import { GoogleProject } from "../google";
import type { ByHand, Replayed } from "./replay";

const VIOLET = "violet-meteor-3141";
const ACCOUNT_ID = "airflow-violet-meteor-20905c33";
const EMAIL = `${ACCOUNT_ID}@${GoogleProject.id}.iam.gserviceaccount.com`;
const MEMBER = `serviceAccount:${EMAIL}`;
const secretOf = (scope: string): string =>
    `projects/${GoogleProject.id}/secrets/${scope}-airflow-variables-verify_variable`;

const inProject =
    (work: (google: GoogleProject, world: ByHand) => Promise<unknown>) =>
    async (world: ByHand): Promise<void> => {
        const google = await GoogleProject.open(world.sandbox);
        try {
            await work(google, world);
        } finally {
            await google.close();
        }
    };

async function takeGrant(google: GoogleProject): Promise<void> {
    const policy = await google.policy();
    const bindings = policy.bindings.filter(({ members }) => !members.includes(MEMBER));
    await google.setPolicy({ ...policy, bindings });
}

/** What an `up` made that was not recorded. */
async function makeLogin(google: GoogleProject, { placeholders }: ByHand): Promise<void> {
    const serviceAccount = {
        displayName: `Airflow dev/${VIOLET}`,
        description: "Reads the Deployment's secrets and nothing else",
    };
    const body = { accountId: ACCOUNT_ID, serviceAccount };
    const { uniqueId } = await google.iam<{ uniqueId: string }>("POST", "serviceAccounts", body);
    const key = await google.iam<{ name: string; privateKeyData: string }>("POST", `serviceAccounts/${EMAIL}/keys`);
    // As it stands in the key's JSON file.
    const [, privateKey] =
        /"private_key": "([^"]+)"/.exec(Buffer.from(key.privateKeyData, "base64").toString("utf8")) ?? [];
    placeholders.bind("id:7", uniqueId);
    placeholders.bind("id:8", key.name.split("/").at(-1));
    placeholders.bind(`secret:${VIOLET}-key-1#2`, privateKey);
}

const makeAccount = (google: GoogleProject) => google.iam("POST", "serviceAccounts", { accountId: ACCOUNT_ID });
const deleteAccount = (google: GoogleProject) => google.iam("DELETE", `serviceAccounts/${EMAIL}`);
const deleteKey = (google: GoogleProject, { placeholders }: ByHand, placeholder: string) =>
    google.iam("DELETE", `serviceAccounts/${EMAIL}/keys/${String(placeholders.get(placeholder))}`);
const makeSecret = (google: GoogleProject) =>
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

/** The official plugin for Google Cloud. */
export const gcp: Replayed = {
    plugin: "gcp",
    recorded: 733,
    component: "GcpSecretManagerBackend",
    leftOut: {},
    differences: [],
    byHand: {
        "a service account's grant taken away by hand: refresh": inProject(takeGrant),
        "a key deleted by hand: refresh": inProject((google, world) => deleteKey(google, world, "id:3")),
        "a secret version destroyed by hand: refresh": inProject((google) => destroyVersion(google, scope)),
        "a secret deleted by hand: refresh": inProject((google) => deleteSecret(google, scope)),
        "a secret version added by hand: refresh": inProject((google) =>
            google.secretManager.addSecretVersion({
                parent: secretOf(scope),
                payload: { data: Buffer.from("theirs") },
            }),
        ),
        "a service account renamed by hand: refresh": inProject((google) =>
            google.iam("PATCH", `serviceAccounts/${EMAIL}`, {
                serviceAccount: { displayName: "theirs", description: "theirs" },
                updateMask: "displayName,description",
            }),
        ),
        "a service account deleted by hand: refresh": inProject(deleteAccount),
        "a service account of the same name exists: up": inProject(makeAccount),
        "keys are forbidden: up": inProject(async (google, world) => {
            await deleteAccount(google);
            await makeLogin(google, world);
            await google.forbidKeys(true);
        }),
        "keys are forbidden: then up": inProject((google) => google.forbidKeys(false)),
        "destroy with the key, the grant and a secret with its version gone": inProject(async (google, world) => {
            await deleteKey(google, world, "id:9");
            await takeGrant(google);
            await deleteSecret(google, VIOLET);
        }),
        "a secret of the same name exists: preview": inProject(makeSecret),
        "a secret of the same name exists: then up": inProject((google) => deleteSecret(google, VIOLET)),
        "a secret deleted by hand: up without refresh": inProject((google) => deleteSecret(google, VIOLET)),
        "destroy with the service account gone and a secret version destroyed": inProject(async (google) => {
            await deleteAccount(google);
            await destroyVersion(google, VIOLET);
        }),
    },
};
