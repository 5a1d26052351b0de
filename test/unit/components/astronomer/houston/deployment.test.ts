import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { callHouston } from "../../../../../components/astronomer/houston/call";
import {
    changeVariables,
    findDeployments,
    readVariables,
} from "../../../../../components/astronomer/houston/deployment";
import { HoustonError } from "../../../../../components/astronomer/houston/errors";
import { OWNERS, mergeOwned, removeOwned, type Variable } from "../../../../../components/astronomer/houston/variables";
import { Houston } from "./fixture";

const SOLAR = "solar-dust-1234";
const CANARY = "canary-5c1f-secret-id";
const foreign = [
    { key: "COMPANY_TEAM", value: "data", isSecret: false },
    { key: "COMPANY_PASSWORD", value: "theirs", isSecret: true },
];
const kwargs: Variable = { key: "KWARGS", value: JSON.stringify({ secret_id: CANARY }), isSecret: true };

describe("Houston", function () {
    this.slow(3_000);
    let houston: Houston;

    beforeEach(async () => {
        houston = await Houston.start(SOLAR, "lunar-tide-5678");
        houston.store(SOLAR, foreign);
    });
    afterEach(() => houston.stop());

    const set = (variables: readonly Variable[], owner = "project/dev/solar"): Promise<void> =>
        changeVariables(houston.deployment(SOLAR), (live) => mergeOwned(live, variables, { owner }));

    async function refused(work: Promise<unknown>): Promise<string> {
        const error: unknown = await work.then(
            () => assert.fail("expected an error"),
            (reason: unknown) => reason,
        );
        assert.ok(error instanceof HoustonError, String(error));
        assert.ok(!error.message.includes(CANARY) && !error.message.includes(houston.keys.editor), error.message);
        return error.message;
    }

    it("returns env vars without the values of secrets, and lists the Deployments", async () => {
        assert.deepEqual(await readVariables(houston.deployment(SOLAR)), [
            { key: "COMPANY_PASSWORD", value: "", isSecret: true },
            { key: "COMPANY_TEAM", value: "data", isSecret: false },
        ]);
        const found = await findDeployments(houston.url);
        assert.deepEqual([...found.keys()], [SOLAR, "lunar-tide-5678"]);
        assert.equal(found.get(SOLAR), houston.deployment(SOLAR).deploymentUuid);
    });

    it("keeps other people's env vars when ours are set and removed", async () => {
        await set([kwargs]);
        assert.deepEqual(houston.stored(SOLAR).slice(0, 3), [foreign[1], foreign[0], kwargs]);
        await changeVariables(houston.deployment(SOLAR), (live) => removeOwned(live, { owner: "project/dev/solar" }));
        assert.deepEqual([...houston.stored(SOLAR)].reverse(), foreign);
    });

    it("loses no write of 100 concurrent writers in this project", async function () {
        this.timeout(60_000);
        const writers = Array.from({ length: 100 }, (_, index) => index);
        await Promise.all(
            writers.map(async (index) => {
                const ours = [{ key: `VARIABLE_${index}`, value: `value ${index}`, isSecret: index % 2 === 0 }];
                await set(ours, `project/dev/writer-${index}`);
            }),
        );
        const stored = new Map(houston.stored(SOLAR).map(({ key, value }) => [key, value]));
        for (const index of writers) {
            assert.equal(stored.get(`VARIABLE_${index}`), `value ${index}`);
        }
        assert.equal(stored.get("COMPANY_PASSWORD"), "theirs");
        assert.equal(stored.size, 100 + foreign.length + 1);
    });

    it("keeps somebody else's write before our read or after our write, and loses one in between", async () => {
        const theirs = (key: string): Variable => ({ key, value: "theirs", isSecret: false });
        houston.store(SOLAR, [...houston.stored(SOLAR), theirs("BEFORE")]);
        await houston.faults({ writeAfterRead: theirs("BETWEEN") });
        await set([kwargs]);
        houston.store(SOLAR, [...houston.stored(SOLAR), theirs("AFTER")]);
        await set([kwargs]);
        const keys = houston.stored(SOLAR).map(({ key }) => key);
        assert.ok(keys.includes("BEFORE") && keys.includes("AFTER"));
        // A limit that docs/astronomer.md describes. If this assertion ever fails, update the docs.
        assert.ok(!keys.includes("BETWEEN"));
    });

    it("starts again with a read if the response to a write is lost, whether or not the write succeeded", async () => {
        for (const done of [true, false]) {
            houston.store(SOLAR, foreign);
            await houston.faults({ fail: { operation: "write", status: 502, times: 1, done } });
            await set([kwargs]);
            assert.equal(houston.stored(SOLAR).length, 4, `done: ${done}`);
        }
    });

    it("waits as long as Retry-After says when it is rate limited", async () => {
        await houston.faults({ fail: { operation: "read", status: 429, times: 2, retryAfterSeconds: 0 } });
        const start = performance.now();
        assert.equal((await readVariables(houston.deployment(SOLAR))).length, 2);
        assert.ok(performance.now() - start < 450, "and not longer");
    });

    it("gives up after the retries, says what to do, and has written nothing", async () => {
        await houston.faults({ fail: { operation: "write", status: 429, times: 99, retryAfterSeconds: 0 } });
        assert.match(
            await refused(set([kwargs])),
            /^Cannot write the environment variables of solar-dust-1234: Houston at http:\S+ is rate limiting requests \(429\)\. Try again later/,
        );
        assert.deepEqual(houston.stored(SOLAR), foreign);
    });

    it("is not retried if it refuses", async () => {
        process.env.ASTRONOMER_API_TOKEN = "of-another-installation";
        assert.match(
            await refused(findDeployments(houston.url)),
            /refuses: .*API key of a service account of this Astronomer/,
        );
        process.env.ASTRONOMER_API_TOKEN = houston.keys.viewer;
        assert.equal((await readVariables(houston.deployment(SOLAR))).length, 2);
        assert.match(await refused(set([kwargs])), /refuses: .*needs the role Editor or Admin on the Deployment/);
        process.env.ASTRONOMER_API_TOKEN = houston.keys.oneDeployment;
        assert.deepEqual([...(await findDeployments(houston.url)).keys()], []);
        await set([kwargs]);
        assert.match(await refused(readVariables(houston.deployment("lunar-tide-5678"))), /needs the role Editor/);
        delete process.env.ASTRONOMER_API_TOKEN;
        assert.match(await refused(findDeployments(houston.url)), /ASTRONOMER_API_TOKEN is not set/);
    });

    it("names an env var of somebody else that Houston rejects", async () => {
        houston.store(SOLAR, [...foreign, { key: "AIRFLOW__CORE__FERNET_KEY", value: "x", isSecret: true }]);
        assert.match(await refused(set([kwargs])), /AIRFLOW__CORE__FERNET_KEY is set automatically .*remove or rename/);
    });

    describe("unexpected responses", () => {
        const answers: Record<string, [RequestListener, RegExp]> = {
            "a proxy's page": [
                (_, response) => response.end("<html><h1>Log in</h1>\n to  go on</html>"),
                /:\d+\/v1 answers 200 with something other than GraphQL: "Log in to go on"\. Check houstonUrl/,
            ],
            "an echo of what was sent, in a page": [
                (request, response) => {
                    void text(request).then((body) => {
                        const isRead = !body.includes("mutation");
                        const page = `<p>${request.headers.authorization ?? ""} ${body.slice(body.indexOf("KWARGS"))}`;
                        response.end(isRead ? '{"data":{"deploymentVariables":[]}}' : page);
                    });
                },
                /something other than GraphQL: "\[redacted\] KWARGS/,
            ],
            "a redirect to a login": [
                (_, response) => response.writeHead(302, { location: "/login" }).end(),
                /answers 302. Check houstonUrl: it is https:\/\/houston\.<base domain>\/v1/,
            ],
            "an echo of what was sent": [
                (request, response) => {
                    void text(request).then((body) => {
                        const message = `got invalid value ${body} ${request.headers.authorization ?? ""}`;
                        const isRead = !body.includes("mutation");
                        const read = { data: { deploymentVariables: [] } };
                        response.end(JSON.stringify(isRead ? read : { errors: [{ message }] }));
                    });
                },
                /refuses: got invalid value .*The API schema of this Houston is not the one/,
            ],
            "a server error": [
                (_, response) => response.writeHead(503, { "retry-after": "0" }).end("<html>Bad gateway"),
                /answers 503: "Bad gateway"\. Houston or a proxy in front of it is failing: check Houston's pods and try again/,
            ],
            "null instead of the list": [
                (_, response) => response.end('{"data":{"deploymentVariables":null}}'),
                /returned no list/,
            ],
            "401 without a message": [
                (_, response) => response.writeHead(401).end(),
                /refuses \(401\)\. ASTRONOMER_API_TOKEN/,
            ],
            "403 without a message": [
                (_, response) => response.writeHead(403).end(),
                /refuses \(403\)\. .*needs the role/,
            ],
        };
        for (const [what, [listener, expected]] of Object.entries(answers)) {
            it(`says what to do about ${what} without printing a secret`, async () => {
                const server = createServer(listener).listen(0, "127.0.0.1");
                await once(server, "listening");
                const houstonUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
                try {
                    const other = { ...houston.deployment(SOLAR), houstonUrl };
                    assert.match(await refused(changeVariables(other, () => [kwargs])), expected);
                } finally {
                    server.close();
                    server.closeAllConnections();
                }
            });
        }

        it("reports a timeout with its length, and an unreachable server", async () => {
            await houston.faults({ latencyMs: 2_000 });
            const late = callHouston(
                houston.url,
                { query: "{ workspaces { id } }", variables: {}, purpose: "wait" },
                50,
            );
            assert.match(
                await refused(late),
                /^Cannot wait: Houston at \S+ did not answer in 0\.05 s\. Check Houston's pods/,
            );
            const nobody = callHouston("http://127.0.0.1:1/v1", { query: "", variables: {}, purpose: "knock" });
            assert.match(
                await refused(nobody),
                /cannot be reached: .*(ECONNREFUSED|bad port).*Check houstonUrl, and HTTPS_PROXY/,
            );
        });
    });

    it("stores who set which env var", async () => {
        await set([kwargs]);
        const owners = houston.stored(SOLAR).find(({ key }) => key === OWNERS);
        assert.deepEqual(owners, { key: OWNERS, value: '{"project/dev/solar":["KWARGS"]}', isSecret: false });
    });
});
