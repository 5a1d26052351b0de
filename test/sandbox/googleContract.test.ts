import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { importPKCS8, SignJWT } from "jose";
import { openSandbox } from "../../sandbox/sandbox";
import type { AccountKey } from "../../components/gcp/client";
import { GoogleProject, type Policy } from "./google";
import { Harness } from "./harness";

const HOST = "secretmanager.googleapis.com";
const IAM = "iam.googleapis.com";
const TOKEN = "https://oauth2.googleapis.com/token";
const SCOPE = "https://www.googleapis.com/auth/cloud-platform";

/** Tests the stand-in with Google's own clients. */
describe("the stand-in for Google Cloud", function () {
    this.timeout(300_000);
    this.slow(30_000);
    let harness: Harness;
    let google: GoogleProject;
    let admin: string;

    before(async () => {
        harness = await Harness.open();
        google = await GoogleProject.open(harness.sandbox);
        admin = harness.sandbox.env.GOOGLE_APPLICATION_CREDENTIALS ?? "";
    });
    after(async () => {
        await google.close();
        await harness.close();
    });

    async function createKey(accountId: string): Promise<AccountKey> {
        await google.iam("POST", "serviceAccounts", { accountId });
        const email = `${accountId}@${GoogleProject.id}.iam.gserviceaccount.com`;
        const { privateKeyData } = await google.iam<{ privateKeyData: string }>(
            "POST",
            `serviceAccounts/${email}/keys`,
        );
        return JSON.parse(Buffer.from(privateKeyData, "base64").toString("utf8")) as AccountKey;
    }

    it("serves Google's Python clients", async () => {
        const { proxyUrl, caPath } = harness.sandbox.edge;
        const script = join(__dirname, "google_contract.py");
        const { stdout } = await execa(
            join(harness.installed.airflow, "bin", "python"),
            [script, admin, GoogleProject.id],
            {
                env: {
                    HTTPS_PROXY: proxyUrl,
                    https_proxy: proxyUrl,
                    REQUESTS_CA_BUNDLE: caPath,
                    GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: caPath,
                },
            },
        );
        assert.deepEqual(JSON.parse(stdout), {
            latest: "second",
            state: "ENABLED",
            listed: ["contract-python"],
            secondCreate: "AlreadyExists ALREADY_EXISTS",
            dotInName: "InvalidArgument INVALID_ARGUMENT",
            destroyed: "FailedPrecondition FAILED_PRECONDITION",
            missing: "NotFound NOT_FOUND",
            notImplemented: "MethodNotImplemented UNIMPLEMENTED",
            deleted: "NotFound NOT_FOUND",
            token: GoogleProject.id,
        });
    });

    it("serves Google's Node.js client, with an error in Google's format for what was not granted", async () => {
        const parent = `projects/${GoogleProject.id}`;
        await google.secretManager.createSecret({
            parent,
            secretId: "contract",
            secret: { replication: { automatic: {} } },
        });
        await google.secretManager.addSecretVersion({
            parent: `${parent}/secrets/contract`,
            payload: { data: Buffer.from("value") },
        });
        const key = await createKey("contract-reader");
        const reader = google.as(key);
        const name = `${parent}/secrets/contract/versions/latest`;
        const retry = { retry: null };
        await assert.rejects(reader.accessSecretVersion({ name }, retry), {
            code: 7,
            message:
                /7 PERMISSION_DENIED: Permission 'secretmanager\.versions\.access' denied .*\(or it may not exist\)\.$/,
        });
        const policy = await google.policy();
        const condition = { title: "contract", expression: 'resource.name.endsWith("/contract/versions/latest")' };
        const binding = {
            role: "roles/secretmanager.secretAccessor",
            members: [`serviceAccount:${key.client_email}`],
            condition,
        };
        await google.setPolicy({ ...policy, bindings: [...policy.bindings, binding] });
        const [{ payload }] = await reader.accessSecretVersion({ name }, retry);
        assert.equal(Buffer.from(payload?.data ?? "").toString(), "value");
        await assert.rejects(reader.accessSecretVersion({ name: name.replace("latest", "1") }, retry), { code: 7 });
        await reader.close();
    });

    it("serves Secret Manager over REST, as the provider plugin uses it, with the same secrets", async () => {
        const call = (method: string, path: string, body?: object) => google.call(method, HOST, path, body);
        const secrets = `projects/${GoogleProject.id}/secrets`;
        const create = () => call("POST", `${secrets}?secretId=contract-rest`, { replication: { automatic: {} } });
        const { name } = (await create()).body as { name: string };
        assert.match(name, /^projects\/\d+\/secrets\/contract-rest$/);
        const data = Buffer.from("value").toString("base64");
        const version = (await call("POST", `${secrets}/contract-rest:addVersion`, { payload: { data } })).body;
        assert.equal((version as { state: string }).state, "ENABLED");
        assert.match((version as { createTime: string }).createTime, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
        assert.deepEqual((await call("POST", `${name}/versions/1:enable`, {})).body, version);
        const read = await call("GET", `${secrets}/contract-rest/versions/latest:access`);
        assert.deepEqual(read.body, { name: `${name}/versions/1`, payload: { data } });
        const [{ payload }] = await google.secretManager.accessSecretVersion({ name: `${name}/versions/1` });
        assert.equal(Buffer.from(payload?.data ?? "").toString(), "value");

        const error = { code: 409, message: `Secret [${name}] already exists.`, status: "ALREADY_EXISTS" };
        assert.deepEqual((await create()).body, { error });
        await call("POST", `${name}/versions/1:destroy`, {});
        assert.equal((await call("GET", `${name}/versions/1:access`)).status, 400);
        assert.equal((await call("DELETE", name)).status, 200);
        assert.equal((await call("GET", name)).status, 404);
    });

    it("returns billing info only to accounts that may get the project", async () => {
        const billing = `https://cloudbilling.googleapis.com/v1/projects/${GoogleProject.id}/billingInfo`;
        const key = await createKey("contract-billing");
        const jwt = new SignJWT({ scope: SCOPE }).setProtectedHeader({ alg: "RS256", kid: key.private_key_id });
        const signed = jwt.setIssuer(key.client_email).setSubject(key.client_email).setIssuedAt();
        const token = await signed.setExpirationTime("10m").sign(await importPKCS8(key.private_key, "RS256"));
        assert.equal((await google.raw(billing, { method: "GET", token })).status, 403);
        const policy = await google.policy();
        const reader = { role: "roles/secretmanager.secretAccessor", members: [`serviceAccount:${key.client_email}`] };
        await google.setPolicy({ ...policy, bindings: [...policy.bindings, reader] });
        const { id: projectId } = GoogleProject;
        const expected = { name: `projects/${projectId}/billingInfo`, projectId, billingEnabled: false };
        assert.deepEqual((await google.raw(billing, { method: "GET", token })).body, expected);
    });

    describe("with a token", () => {
        let key: AccountKey;
        before(async () => {
            key = JSON.parse(await readFile(admin, "utf8")) as AccountKey;
        });

        async function sign(
            claims: Record<string, unknown>,
            { pem = key.private_key, kid = key.private_key_id }: { pem?: string; kid?: string } = {},
        ): Promise<string> {
            const now = Math.floor(Date.now() / 1000);
            const { client_email: email } = key;
            return new SignJWT({ iss: email, sub: email, iat: now, exp: now + 600, aud: `https://${IAM}/`, ...claims })
                .setProtectedHeader({ alg: "RS256", kid })
                .sign(await importPKCS8(pem, "RS256"));
        }

        const url = `https://${IAM}/v1/projects/${GoogleProject.id}/serviceAccounts`;
        const statusOf = async (token?: string): Promise<number> =>
            (await google.raw(url, { method: "GET", ...(token === undefined ? {} : { token }) })).status;

        it("accepts one that the account signed for this service or for all of Google Cloud", async () => {
            assert.equal(await statusOf(await sign({})), 200);
            assert.equal(await statusOf(await sign({ aud: undefined, scope: SCOPE })), 200);
        });

        it("rejects one that is missing, forged, expired, too long, or of another service or account", async () => {
            const now = Math.floor(Date.now() / 1000);
            const { privateKey } = generateKeyPairSync("rsa", {
                modulusLength: 2048,
                publicKeyEncoding: { type: "spki", format: "pem" },
                privateKeyEncoding: { type: "pkcs8", format: "pem" },
            });
            const bad: Record<string, string | undefined> = {
                missing: undefined,
                nonsense: "ya29.nonsense",
                forged: await sign({}, { pem: privateKey }),
                "unknown key": await sign({}, { kid: "0".repeat(40) }),
                expired: await sign({ iat: now - 7200, exp: now - 3700 }),
                "without an expiry": await sign({ exp: undefined }),
                "too long-lived": await sign({ exp: now + 7200 }),
                "another service's": await sign({ aud: `https://${HOST}/` }),
                "without an audience": await sign({ aud: undefined }),
                "another subject's": await sign({ sub: "somebody@else" }),
                "another issuer's": await sign({ iss: "somebody@else", sub: "somebody@else" }),
            };
            for (const [what, token] of Object.entries(bad)) {
                assert.equal(await statusOf(token), 401, what);
            }
        });

        it("accepts one from its token endpoint, which rejects a wrong audience, scope and grant type", async () => {
            const requestToken = async (
                claims: Record<string, unknown>,
                grant = "urn:ietf:params:oauth:grant-type:jwt-bearer",
            ) => {
                const assertion = await sign({ aud: TOKEN, scope: SCOPE, ...claims });
                const { status, body } = await google.raw(TOKEN, {
                    method: "POST",
                    body: new URLSearchParams({ grant_type: grant, assertion }),
                });
                return { status, ...(body as { access_token?: string; error?: string }) };
            };
            const { access_token: token } = await requestToken({});
            assert.equal(await statusOf(token), 200);
            assert.equal((await requestToken({ aud: `https://${IAM}/` })).error, "invalid_grant");
            assert.equal((await requestToken({ scope: undefined })).error, "invalid_scope");
            assert.equal((await requestToken({}, "password")).error, "unsupported_grant_type");
        });
    });

    it("rejects a policy with an outdated etag and an invalid policy", async () => {
        const policy = await google.policy();
        const bindings = [...policy.bindings, { role: "roles/viewer", members: ["user:ann@example.com"] }];
        await google.setPolicy({ ...policy, bindings });
        const set = (change: Partial<Policy>) =>
            google.call("POST", "cloudresourcemanager.googleapis.com", `projects/${GoogleProject.id}:setIamPolicy`, {
                policy: { ...policy, version: 3, ...change },
            });
        assert.equal((await set({ bindings })).status, 409);
        const { etag } = await google.policy();
        const broken = {
            role: "roles/viewer",
            members: ["user:a@b"],
            condition: { title: "t", expression: "resource.(" },
        };
        assert.equal((await set({ etag, bindings: [...policy.bindings, broken] })).status, 400);
        assert.equal((await set({ etag, version: 1 })).status, 400, "conditions need version 3");
        const nobody = { role: "roles/viewer", members: ["serviceAccount:nobody@nowhere.iam.gserviceaccount.com"] };
        assert.equal((await set({ etag, bindings: [...policy.bindings, nobody] })).status, 400);
    });

    it("allows 1,500 members in a policy, and not one more", async () => {
        const policy = await google.policy();
        const existing = policy.bindings.reduce((sum, { members }) => sum + members.length, 0);
        const members = Array.from({ length: 1500 - existing }, (_, index) => `user:u${index}@example.com`);
        const full = { ...policy, bindings: [...policy.bindings, { role: "roles/viewer", members }] };
        const { etag } = await google.setPolicy(full);
        const more = {
            ...full,
            etag,
            bindings: [...full.bindings, { role: "roles/browser", members: ["user:one@more"] }],
        };
        await assert.rejects(
            google.setPolicy(more),
            /400 .*The number of members in the policy \(1,501\) is larger than the maximum allowed size 1,500\./,
        );
        await google.setPolicy({ ...policy, etag });
    });

    it("names a call that it does not implement", async () => {
        const { status, body } = await google.call("POST", IAM, `projects/${GoogleProject.id}/roles`);
        assert.equal(status, 501);
        assert.match(
            JSON.stringify(body),
            /the stand-in for Google Cloud has no POST iam\.googleapis\.com\/v1\/projects/,
        );
    });

    // Runs after all other tests, because it closes the sandbox.
    describe("after a restart", () => {
        it("has the same state", async () => {
            const before = [await google.accounts(), await google.secrets(), await google.policy()];
            await google.close();
            await harness.sandbox.close();
            const restarted = await openSandbox(harness.installed);
            try {
                google = await GoogleProject.open(restarted);
                assert.deepEqual([await google.accounts(), await google.secrets(), await google.policy()], before);
            } finally {
                await restarted.close();
            }
        });
    });
});
