import assert from "node:assert/strict";
import { awsCredentials } from "../../../components/aws/credentials";
import { azureCredentials } from "../../../components/azure/credentials";
import type { StoredResource } from "../../../components/serviceCredentials";
import { vaultCredentials } from "../../../components/vault/credentials";
import { mockNetwork } from "../mockNetwork";

const env = {
    VAULT_ADDR: "https://vault.example.com/",
    VAULT_TOKEN: "a-token",
    AWS_ACCESS_KEY_ID: "AKIAOPERATOR",
    AWS_SECRET_ACCESS_KEY: "a-secret",
    AWS_REGION: "eu-central-1",
    AWS_ENDPOINT_URL: "https://iam.example.com",
    ARM_TENANT_ID: "tenant",
    ARM_CLIENT_ID: "client",
    ARM_USE_OIDC: "true",
};

function stored(type: string, id: string, outputs: Readonly<Record<string, unknown>>): StoredResource {
    return { type, id, output: (name) => outputs[name] };
}

describe("the credentials that a service holds", () => {
    const before = { ...process.env };
    const services = mockNetwork((agent) => {
        agent.assertNoPendingInterceptors();
        process.env = { ...before };
    });
    beforeEach(() => {
        Object.assign(process.env, env);
    });

    describe("in Vault", () => {
        const role = stored("vault:appRole/authBackendRole:AuthBackendRole", "auth/approle/role/airflow.a", {
            roleId: "role-1",
            namespace: "team",
        });
        const ROLE = "/v1/auth/approle/role/airflow.a";
        const headers = { "X-Vault-Token": "a-token", "X-Vault-Namespace": "team" };

        const answer = (method: string, path: string, status: number, body: object, asked?: object) =>
            services()
                .get("https://vault.example.com")
                .intercept({
                    method,
                    path: `${ROLE}${path}`,
                    headers,
                    ...(asked === undefined ? {} : { body: JSON.stringify(asked) }),
                })
                .reply(status, body);
        const list = async () => (await vaultCredentials.logIn()).list(role);

        it("are the secret ids of the role in the state, without those that have ended", async () => {
            answer("GET", "/role-id", 200, { data: { role_id: "role-1" } });
            answer("LIST", "/secret-id", 200, { data: { keys: ["one", "ended"] } });
            const made = "2026-01-01T00:00:00.000000000Z";
            const lookup = "/secret-id-accessor/lookup";
            answer("POST", lookup, 200, { data: { creation_time: made } }, { secret_id_accessor: "one" });
            const ended = { errors: ['failed to find accessor entry for secret_id_accessor: "ended"'] };
            answer("POST", lookup, 500, ended, { secret_id_accessor: "ended" });
            assert.deepEqual(await list(), [{ id: "one", made }]);
        });

        it("are none if Vault finds none to list", async () => {
            answer("GET", "/role-id", 200, { data: { role_id: "role-1" } });
            answer("LIST", "/secret-id", 404, { errors: [] });
            assert.deepEqual(await list(), []);
        });

        it("are not listed from another Vault, or without the right", async () => {
            answer("GET", "/role-id", 200, { data: { role_id: "role-2" } });
            await assert.rejects(list, /has another AppRole of that name/);
            answer("GET", "/role-id", 404, { errors: [] });
            await assert.rejects(list, /has no such AppRole/);
            answer("GET", "/role-id", 403, { errors: ["1 error occurred:\n\t* permission denied\n\n"] });
            await assert.rejects(list, {
                message: "Vault's answer to GET auth/approle/role/airflow.a/role-id: 403 permission denied",
            });
        });

        it("can be destroyed, also if they have just ended", async () => {
            const asked = { secret_id_accessor: "one" };
            const store = await vaultCredentials.logIn();
            services()
                .get("https://vault.example.com")
                .intercept({ method: "POST", path: `${ROLE}/secret-id-accessor/destroy`, body: JSON.stringify(asked) })
                .reply(204, "");
            await store.remove(role, "one");
            answer("POST", "/secret-id-accessor/destroy", 404, { errors: ["failed to find accessor entry"] }, asked);
            await store.remove(role, "one");
        });
    });

    describe("in AWS", () => {
        const user = stored("aws:iam/user:User", "airflow.a", { name: "airflow.a", uniqueId: "AIDA1" });
        const xml = (call: string, content: string) =>
            `<${call}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${call}Result>${content}</${call}Result></${call}Response>`;
        const answer = (asked: RegExp, status: number, body: string) =>
            services()
                .get("https://iam.example.com")
                .intercept({ method: "POST", path: "/", body: (text) => asked.test(text) })
                .reply(status, body, { headers: { "content-type": "text/xml" } });
        const error = (code: string, message: string) =>
            `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
        const getUser = (id: string) =>
            xml(
                "GetUser",
                `<User><Path>/</Path><UserName>airflow.a</UserName><UserId>${id}</UserId><Arn>arn</Arn>` +
                    "<CreateDate>2026-01-01T00:00:00Z</CreateDate></User>",
            );
        const keys = (id: string, rest: string) =>
            xml(
                "ListAccessKeys",
                `<AccessKeyMetadata><member><UserName>airflow.a</UserName><AccessKeyId>${id}</AccessKeyId>` +
                    "<Status>Inactive</Status><CreateDate>2026-01-02T00:00:00Z</CreateDate></member>" +
                    `</AccessKeyMetadata>${rest}`,
            );
        const list = async () => (await awsCredentials.logIn()).list(user);

        it("are the access keys of the user in the state, on all pages and also if they are inactive", async () => {
            answer(/Action=GetUser/, 200, getUser("AIDA1"));
            answer(/Action=ListAccessKeys/, 200, keys("AKIA1", "<IsTruncated>true</IsTruncated><Marker>m</Marker>"));
            answer(/Action=ListAccessKeys.*Marker=m/, 200, keys("AKIA2", "<IsTruncated>false</IsTruncated>"));
            const made = "2026-01-02T00:00:00.000Z";
            assert.deepEqual(await list(), [
                { id: "AKIA1", made },
                { id: "AKIA2", made },
            ]);
        });

        it("are not listed from another account, or without the right", async () => {
            answer(/Action=GetUser/, 200, getUser("AIDA2"));
            await assert.rejects(list, /has another user of that name/);
            answer(/Action=GetUser/, 404, error("NoSuchEntity", "cannot be found"));
            await assert.rejects(list, /has no such user/);
            answer(/Action=GetUser/, 403, error("AccessDenied", "not authorized to perform: iam:GetUser"));
            await assert.rejects(list, /not authorized to perform: iam:GetUser/);
        });

        it("are not taken from a proxy's HTML page, and the error says so", async () => {
            for (const status of [200, 403, 502]) {
                answer(/Action=GetUser/, status, "<!DOCTYPE html><html><body>Denied<br></body></html>");
                await assert.rejects(list, {
                    message: `iam.example.com answers ${status} with an HTML page: is there a proxy in between?`,
                });
            }
        });

        it("can be deleted, also if they no longer exist", async () => {
            const store = await awsCredentials.logIn();
            answer(/Action=DeleteAccessKey/, 200, "<DeleteAccessKeyResponse></DeleteAccessKeyResponse>");
            await store.remove(user, "AKIA1");
            answer(/Action=DeleteAccessKey/, 404, error("NoSuchEntity", "cannot be found"));
            await store.remove(user, "AKIA1");
        });
    });

    it("need a login to Azure, and say which is missing", async () => {
        const app = stored("azuread:index/application:Application", "/applications/1", { displayName: "airflow.a" });
        for (const name of Object.keys(process.env).filter((each) => /^(ARM_OIDC|ACTIONS_ID)/.test(each))) {
            Reflect.deleteProperty(process.env, name);
        }
        await assert.rejects(
            async () => (await azureCredentials.logIn()).list(app),
            /there is no token: set ARM_OIDC_TOKEN/,
        );
    });

    it("need a login to Vault, and say which is missing", async () => {
        Object.assign(process.env, { VAULT_TOKEN: "" });
        await assert.rejects(vaultCredentials.logIn, /set VAULT_ADDR and VAULT_TOKEN/);
    });
});
