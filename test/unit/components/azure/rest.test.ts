import assert from "node:assert/strict";
import { azureCall } from "../../../../components/azure/rest";
import { mockNetwork } from "../../mockNetwork";

const ORIGIN = "https://management.azure.com";
const URL = `${ORIGIN}/thing?api-version=1`;

describe("a call of Azure's REST API", () => {
    const azure = mockNetwork((agent) => {
        agent.assertNoPendingInterceptors();
    });
    const reply = (method: string, status: number, body: object | string = "", headers: Record<string, string> = {}) =>
        azure().get(ORIGIN).intercept({ method, path: "/thing?api-version=1" }).reply(status, body, { headers });
    const now = { "retry-after": "0" };

    it("reads again when Azure has no time, as soon as Azure says", async () => {
        reply("GET", 429, { error: { code: "TooManyRequests" } }, now);
        reply("GET", 503, "<html>", now);
        reply("GET", 200, { id: 1 });
        assert.deepEqual(await azureCall("GET", URL, "token"), { status: 200, body: { id: 1 } });
    });

    it("gives up after four attempts", async () => {
        for (let attempt = 1; attempt <= 4; attempt += 1) {
            reply("GET", 429, { error: { code: "TooManyRequests", message: "wait." } }, now);
        }
        await assert.rejects(azureCall("GET", URL, "token"), /answers 429: TooManyRequests wait\.$/);
    });

    it("does not repeat anything but a read: nobody knows what became of it", async () => {
        for (const method of ["POST", "DELETE"] as const) {
            reply(method, 503, { error: { code: "ServiceUnavailable", message: "later" } }, now);
            await assert.rejects(azureCall(method, URL, "token"), /answers 503: ServiceUnavailable later$/);
        }
    });

    it("does not repeat what will not pass", async () => {
        reply("GET", 403, { error: { code: "AuthorizationFailed", message: "no" } });
        await assert.rejects(azureCall("GET", URL, "token"), /answers 403: AuthorizationFailed no$/);
    });

    it("says that an HTML page is not Azure's answer, and does not quote it", async () => {
        for (const status of [200, 403, 404]) {
            reply("GET", status, "<html><body>Access denied by corporate proxy</body></html>");
            await assert.rejects(
                azureCall("GET", URL, "token"),
                new RegExp(
                    `^Error: GET management\\.azure\\.com answers ${status} with something other than JSON: is there a proxy in between\\?$`,
                ),
            );
        }
    });

    it("ends when the time is over", async () => {
        azure().get(ORIGIN).intercept({ method: "GET", path: "/thing?api-version=1" }).reply(200, {}).delay(60_000);
        await assert.rejects(azureCall("GET", URL, "token", { timeoutMs: 20 }), { name: "TimeoutError" });
    });
});
