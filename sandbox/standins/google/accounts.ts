import { generateKeyPair, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { authorize, type Resource } from "./authorization";
import { GoogleError } from "./errors";
import { newUniqueId, type Account, type AccountKey, type GoogleStore } from "./state";

/** Limits of Google Cloud, and a constraint that an organisation can enforce. */
const KEYS_PER_ACCOUNT = 10;
const KEYS_DISABLED = "constraints/iam.disableServiceAccountKeyCreation";
const ACCOUNTS_PER_PROJECT = 100;

/** The IAM v1 calls for service accounts and their keys that the stack, verify and the contract tests make. */
export class ServiceAccounts {
    constructor(private readonly store: GoogleStore) {}

    create(caller: string, body: { accountId?: string; serviceAccount?: Partial<Account> }): object {
        const { project, accounts } = this.store.state;
        this.allow(caller, "iam.serviceAccounts.create");
        const { accountId = "", serviceAccount = {} } = body;
        if (!/^[a-z](?:[a-z0-9-]{4,28}[a-z0-9])$/.test(accountId)) {
            throw new GoogleError("INVALID_ARGUMENT", "The account ID must be 6 to 30 characters of [a-z0-9-].");
        }
        const email = `${accountId}@${project.id}.iam.gserviceaccount.com`;
        if (accounts[email] !== undefined) {
            const name = `projects/${project.id}/serviceAccounts/${email}`;
            throw new GoogleError(
                "ALREADY_EXISTS",
                `Service account ${accountId} already exists within project ${name}.`,
            );
        }
        if (Object.keys(accounts).length >= ACCOUNTS_PER_PROJECT) {
            throw new GoogleError(
                "RESOURCE_EXHAUSTED",
                `Quota exceeded: the maximum number of service accounts on project ${project.id} is reached.`,
            );
        }
        const { displayName = "", description = "" } = serviceAccount;
        accounts[email] = { email, uniqueId: newUniqueId(), displayName, description, keys: [] };
        this.store.save();
        return this.show(accounts[email]);
    }

    get(caller: string, email: string): object {
        this.allow(caller, "iam.serviceAccounts.get", email);
        return this.show(this.find(email));
    }

    patch(caller: string, email: string, body: { serviceAccount?: Partial<Account>; updateMask?: string }): object {
        this.allow(caller, "iam.serviceAccounts.update", email);
        const account = this.find(email);
        for (const field of (body.updateMask ?? "").split(",")) {
            if (field !== "displayName" && field !== "display_name" && field !== "description") {
                throw new GoogleError("UNIMPLEMENTED", `the stand-in cannot change ${field} of a service account`);
            }
            const name = field === "description" ? field : "displayName";
            account[name] = body.serviceAccount?.[name] ?? "";
        }
        this.store.save();
        return this.show(account);
    }

    delete(caller: string, email: string): object {
        this.allow(caller, "iam.serviceAccounts.delete", email);
        const account = this.find(email);
        const { state } = this.store;
        Reflect.deleteProperty(state.accounts, email);
        // Google keeps the account's role bindings, under a member name that marks it as deleted.
        const deleted = `deleted:serviceAccount:${email}?uid=${account.uniqueId}`;
        const bindings = state.policy.bindings.map((binding) => ({
            ...binding,
            members: binding.members.map((member) => (member === `serviceAccount:${email}` ? deleted : member)),
        }));
        state.policy = { ...state.policy, bindings };
        this.store.save();
        return {};
    }

    /** Returns the private key, this one time, as the JSON file that Google's clients read. */
    async createKey(caller: string, email: string): Promise<object> {
        this.allow(caller, "iam.serviceAccountKeys.create", email);
        const { uniqueId } = this.find(email);
        if (this.store.state.enforced[KEYS_DISABLED] === true) {
            const why = `An organization policy constraint forbids it: ${KEYS_DISABLED}`;
            throw new GoogleError("FAILED_PRECONDITION", `Key creation is not allowed on this service account. ${why}`);
        }
        const pair = await promisify(generateKeyPair)("rsa", {
            modulusLength: 2048,
            publicKeyEncoding: { type: "spki", format: "pem" },
            privateKeyEncoding: { type: "pkcs8", format: "pem" },
        });
        const account = this.find(email);
        if (account.keys.length >= KEYS_PER_ACCOUNT) {
            throw new GoogleError("RESOURCE_EXHAUSTED", "Maximum number of keys on account reached.");
        }
        const key = {
            id: randomBytes(20).toString("hex"),
            publicKey: pair.publicKey,
            created: new Date().toISOString(),
        };
        account.keys.push(key);
        this.store.save();
        const file = {
            type: "service_account",
            project_id: this.store.state.project.id,
            private_key_id: key.id,
            private_key: pair.privateKey,
            client_email: email,
            client_id: uniqueId,
            auth_uri: "https://accounts.google.com/o/oauth2/auth",
            token_uri: "https://oauth2.googleapis.com/token",
            auth_provider_x509_cert_url: "https://www.googleapis.com/oauth2/v1/certs",
            client_x509_cert_url: `https://www.googleapis.com/robot/v1/metadata/x509/${encodeURIComponent(email)}`,
            universe_domain: "googleapis.com",
        };
        const privateKeyData = Buffer.from(JSON.stringify(file, undefined, 2)).toString("base64");
        return { ...this.showKey(email, key), privateKeyData, privateKeyType: "TYPE_GOOGLE_CREDENTIALS_FILE" };
    }

    getKey(caller: string, email: string, id: string): object {
        this.allow(caller, "iam.serviceAccountKeys.get", email);
        return this.showKey(email, this.findKey(email, id));
    }

    listKeys(caller: string, email: string): object {
        this.allow(caller, "iam.serviceAccountKeys.list", email);
        return { keys: this.find(email).keys.map((key) => this.showKey(email, key)) };
    }

    deleteKey(caller: string, email: string, id: string): object {
        this.allow(caller, "iam.serviceAccountKeys.delete", email);
        const deleted = this.findKey(email, id);
        const account = this.find(email);
        account.keys = account.keys.filter((key) => key !== deleted);
        this.store.save();
        return {};
    }

    list(caller: string): object {
        this.allow(caller, "iam.serviceAccounts.list");
        return { accounts: Object.values(this.store.state.accounts).map((account) => this.show(account)) };
    }

    private allow(caller: string, permission: string, email?: string): void {
        authorize(this.store, caller, permission, this.resource(email));
    }

    private resource(email: string | undefined): Resource {
        const { number } = this.store.state.project;
        return email === undefined
            ? {
                  name: `projects/${number}`,
                  type: "cloudresourcemanager.googleapis.com/Project",
                  service: "cloudresourcemanager.googleapis.com",
              }
            : {
                  name: `projects/${number}/serviceAccounts/${email}`,
                  type: "iam.googleapis.com/ServiceAccount",
                  service: "iam.googleapis.com",
              };
    }

    private find(email: string): Account {
        const account = this.store.state.accounts[email];
        if (account === undefined) {
            throw new GoogleError("NOT_FOUND", `Unknown service account: ${email}`);
        }
        return account;
    }

    private findKey(email: string, id: string): AccountKey {
        const key = this.find(email).keys.find((each) => each.id === id);
        if (key === undefined) {
            throw new GoogleError("NOT_FOUND", `Service account key ${id} does not exist.`);
        }
        return key;
    }

    private show({ email, uniqueId, displayName, description }: Account): object {
        const projectId = this.store.state.project.id;
        const name = `projects/${projectId}/serviceAccounts/${email}`;
        return { name, projectId, uniqueId, email, displayName, description, oauth2ClientId: uniqueId };
    }

    private showKey(email: string, { id, publicKey, created }: AccountKey): object {
        return {
            name: `projects/${this.store.state.project.id}/serviceAccounts/${email}/keys/${id}`,
            validAfterTime: created,
            // Google's value for keys that do not expire.
            validBeforeTime: "9999-12-31T23:59:59Z",
            keyAlgorithm: "KEY_ALG_RSA_2048",
            keyOrigin: "GOOGLE_PROVIDED",
            keyType: "USER_MANAGED",
            publicKeyData: Buffer.from(publicKey).toString("base64"),
        };
    }
}
