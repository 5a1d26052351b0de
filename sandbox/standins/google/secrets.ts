import { authorize, type Resource } from "./authorization";
import { denied, GoogleError } from "./errors";
import type { Secret, SecretVersion, GoogleStore } from "./state";

const SERVICE = "secretmanager.googleapis.com";

interface NameRequest {
    readonly name?: string;
}

/**
 * The Secret Manager v1 calls that the stack, Airflow, verify and the contract tests make. Requests and answers are its
 * messages in JSON form: times as strings, bytes as Base64. Only gRPC requests contain raw bytes.
 */
export class Secrets {
    constructor(private readonly store: GoogleStore) {}

    createSecret(caller: string, request: { parent?: string; secretId?: string; secret?: Partial<Secret> }): object {
        const { parent = "", secretId = "", secret } = request;
        this.project(parent);
        this.allow(caller, "secretmanager.secrets.create", parent, "cloudresourcemanager.googleapis.com/Project");
        if (!/^[A-Za-z0-9_-]{1,255}$/.test(secretId)) {
            throw new GoogleError("INVALID_ARGUMENT", `The secret_id field must match the regex [a-zA-Z_0-9-]{1,255}.`);
        }
        const { secrets } = this.store.state;
        if (secrets[secretId] !== undefined) {
            throw new GoogleError("ALREADY_EXISTS", `Secret [${this.name(secretId)}] already exists.`);
        }
        const { labels = {}, annotations = {}, replication = {} } = secret ?? {};
        // A field that is not set is null over gRPC.
        if ((replication.automatic ?? replication.userManaged ?? undefined) === undefined) {
            throw new GoogleError("INVALID_ARGUMENT", "The replication field of the secret must be provided.");
        }
        secrets[secretId] = { created: new Date().toISOString(), labels, annotations, replication, versions: [] };
        this.store.save();
        return this.show(secretId, secrets[secretId]);
    }

    getSecret(caller: string, { name = "" }: NameRequest): object {
        const id = this.secretId(name);
        this.allow(caller, "secretmanager.secrets.get", this.name(id), `${SERVICE}/Secret`);
        return this.show(id, this.find(id));
    }

    /** Changes the annotations only. */
    updateSecret(
        caller: string,
        request: { secret?: { name?: string } & Partial<Secret>; updateMask?: string },
    ): object {
        const { secret: { name = "", annotations = {} } = {}, updateMask } = request;
        const id = this.secretId(name);
        this.allow(caller, "secretmanager.secrets.update", this.name(id), `${SERVICE}/Secret`);
        if (updateMask !== "annotations") {
            throw new GoogleError("UNIMPLEMENTED", `the stand-in cannot change ${updateMask ?? "all"} of a secret`);
        }
        const secret = this.find(id);
        secret.annotations = annotations;
        this.store.save();
        return this.show(id, secret);
    }

    listSecrets(caller: string, { parent = "" }: { parent?: string }): object {
        this.project(parent);
        this.allow(caller, "secretmanager.secrets.list", parent, "cloudresourcemanager.googleapis.com/Project");
        const secrets = Object.entries(this.store.state.secrets).map(([id, secret]) => this.show(id, secret));
        return { secrets, totalSize: secrets.length };
    }

    deleteSecret(caller: string, { name = "" }: NameRequest): object {
        const id = this.secretId(name);
        this.allow(caller, "secretmanager.secrets.delete", this.name(id), `${SERVICE}/Secret`);
        this.find(id);
        Reflect.deleteProperty(this.store.state.secrets, id);
        this.store.save();
        return {};
    }

    addSecretVersion(caller: string, request: { parent?: string; payload?: { data?: Uint8Array | string } }): object {
        const id = this.secretId(request.parent ?? "");
        this.allow(caller, "secretmanager.versions.add", this.name(id), `${SERVICE}/Secret`);
        const { versions } = this.find(id);
        const { data: bytes = "" } = request.payload ?? {};
        const data = typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("base64");
        const version = { id: versions.length + 1, created: new Date().toISOString(), state: "ENABLED", data } as const;
        versions.push(version);
        this.store.save();
        return this.showVersion(id, version);
    }

    getSecretVersion(caller: string, { name = "" }: NameRequest): object {
        const { id, alias } = this.versionName(name);
        this.allow(
            caller,
            "secretmanager.versions.get",
            `${this.name(id)}/versions/${alias}`,
            `${SERVICE}/SecretVersion`,
        );
        return this.showVersion(id, this.findVersion(id, alias));
    }

    accessSecretVersion(caller: string, { name = "" }: NameRequest): object {
        const { id, alias } = this.versionName(name);
        this.allow(
            caller,
            "secretmanager.versions.access",
            `${this.name(id)}/versions/${alias}`,
            `${SERVICE}/SecretVersion`,
        );
        const version = this.findVersion(id, alias);
        if (version.state !== "ENABLED") {
            const what = `${this.name(id)}/versions/${version.id}] is in ${version.state} state`;
            throw new GoogleError("FAILED_PRECONDITION", `Secret Version [${what}.`);
        }
        return {
            name: `${this.name(id)}/versions/${version.id}`,
            payload: { data: version.data },
        };
    }

    enableSecretVersion(caller: string, { name = "" }: NameRequest): object {
        const { id, alias } = this.versionName(name);
        const resource = `${this.name(id)}/versions/${alias}`;
        this.allow(caller, "secretmanager.versions.enable", resource, `${SERVICE}/SecretVersion`);
        const version = this.findVersion(id, alias);
        if (version.state === "DESTROYED") {
            throw new GoogleError("FAILED_PRECONDITION", `Secret Version [${resource}] is in DESTROYED state.`);
        }
        version.state = "ENABLED";
        this.store.save();
        return this.showVersion(id, version);
    }

    destroySecretVersion(caller: string, { name = "" }: NameRequest): object {
        const { id, alias } = this.versionName(name);
        const resource = `${this.name(id)}/versions/${alias}`;
        this.allow(caller, "secretmanager.versions.destroy", resource, `${SERVICE}/SecretVersion`);
        const version = this.findVersion(id, alias);
        Object.assign(version, { state: "DESTROYED", data: "" });
        this.store.save();
        return this.showVersion(id, version);
    }

    private allow(caller: string, permission: string, name: string, type: Resource["type"]): void {
        const { number } = this.store.state.project;
        authorize(this.store, caller, permission, {
            name: name.replace(/^projects\/[^/]+/, `projects/${number}`),
            type,
            service: type.split("/")[0] ?? SERVICE,
        });
    }

    /** @throws GoogleError if `name` is not in the stand-in's project, by id or by number */
    private project(name: string): void {
        const [, project] = /^projects\/([^/]+)/.exec(name) ?? [];
        const { id, number } = this.store.state.project;
        if (project !== id && project !== number) {
            throw denied("resourcemanager.projects.get", name);
        }
    }

    private secretId(name: string): string {
        this.project(name);
        const [, id] = /^projects\/[^/]+\/secrets\/([A-Za-z0-9_-]+)$/.exec(name) ?? [];
        if (id === undefined) {
            throw new GoogleError(
                "INVALID_ARGUMENT",
                `The provided Secret ID [${name}] does not match the expected format.`,
            );
        }
        return id;
    }

    private versionName(name: string): { id: string; alias: string } {
        const [, secret = name, alias = ""] = /^(.+)\/versions\/(latest|\d+)$/.exec(name) ?? [];
        return { id: this.secretId(secret), alias };
    }

    private find(id: string): Secret {
        const secret = this.store.state.secrets[id];
        if (secret === undefined) {
            throw new GoogleError("NOT_FOUND", `Secret [${this.name(id)}] not found.`);
        }
        return secret;
    }

    private findVersion(id: string, alias: string): SecretVersion {
        const versions = this.store.state.secrets[id]?.versions ?? [];
        const version = alias === "latest" ? versions.at(-1) : versions.find((each) => String(each.id) === alias);
        if (version === undefined) {
            throw new GoogleError("NOT_FOUND", `Secret [${this.name(id)}] not found or has no versions.`);
        }
        return version;
    }

    /** Google's answers name secrets with the project's number. */
    private name(id: string): string {
        return `projects/${this.store.state.project.number}/secrets/${id}`;
    }

    private show(id: string, { created, labels, annotations, replication }: Secret): object {
        return { name: this.name(id), replication, createTime: created, labels, annotations };
    }

    private showVersion(id: string, version: SecretVersion): object {
        const name = `${this.name(id)}/versions/${version.id}`;
        return { name, createTime: version.created, state: version.state };
    }
}
