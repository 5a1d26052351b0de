import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { ProxyAgent, fetch } from "undici";
import { startEdge, type Edge } from "../../../../sandbox/edge/proxy";
import type { EdgeFault, EdgeSeen } from "../../../../sandbox/edge/faults";

const HOST = "iam.amazonaws.com";

describe("the faults of the edge", () => {
    let dir: string;
    let edge: Edge;
    let agent: ProxyAgent;
    let service: Server;
    let served: string[] = [];

    before(async () => {
        dir = mkdtempSync(join(tmpdir(), "edge-faults-"));
        service = createServer((request, response) => {
            served.push(`${request.method ?? ""} ${request.url ?? ""}`);
            response.end("served");
        });
        await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
        const { port } = service.address() as AddressInfo;
        const routes = [{ host: HOST, target: { host: "127.0.0.1", port }, alpn: "http/1.1" as const }];
        edge = await startEdge({ port: 0, dir, routes, log: () => undefined });
    });
    beforeEach(() => {
        served = [];
        agent = new ProxyAgent({ uri: edge.proxyUrl, requestTls: { ca: readFileSync(edge.caPath) } });
    });
    afterEach(async () => {
        await setFaults();
        await agent.destroy();
    });
    after(async () => {
        await edge.close();
        service.close();
        rmSync(dir, { recursive: true });
    });

    async function setFaults(...faults: readonly EdgeFault[]): Promise<void> {
        await fetch(new URL("/faults", edge.proxyUrl), { method: "PUT", body: JSON.stringify(faults) });
    }
    const seen = async () => (await (await fetch(new URL("/faults", edge.proxyUrl))).json()) as EdgeSeen;

    async function untilHeld(): Promise<void> {
        while ((await seen()).affected[0] !== 1) {
            await setTimeout(5);
        }
    }

    const post = (body: string, headers: Record<string, string> = {}) =>
        fetch(`https://${HOST}/`, { method: "POST", body, headers, dispatcher: agent });

    it("are for the n-th request that matches, also by an operation that is not in the URL", async () => {
        const fault = { matches: "^POST https://iam\\S+ CreateUser ", skip: 1, times: 1 };
        await setFaults({ ...fault, act: { status: 500, body: "{}" } });
        const create = "Action=CreateUser&Version=2010-05-08";
        const statuses = [];
        for (const body of [create, "Action=GetUser", create, create]) {
            statuses.push((await post(body)).status);
        }
        assert.deepEqual(statuses, [200, 200, 500, 200]);
        assert.equal(served.length, 3);
        await post("{}", { "x-amz-target": "AmazonSSM.PutParameter" });
        await post('{"query":"mutation M { x }"}');
        const { requests, affected } = await seen();
        const operations = requests.map((each) => each.split(" ")[2]);
        assert.deepEqual(affected, [1]);
        assert.deepEqual(operations, [
            ...["CreateUser", "GetUser", "CreateUser", "CreateUser"],
            ...["AmazonSSM.PutParameter", "mutation"],
        ]);
    });

    it("hold a request before or after the service has acted, and end it with 400, so that it is not repeated", async () => {
        for (const [afterService, calls] of [
            [false, 0],
            [true, 1],
        ] as const) {
            served = [];
            await setFaults({ matches: "^POST ", act: "hold", afterService });
            const held = post("x");
            await untilHeld();
            await setFaults();
            assert.equal((await held).status, 400);
            assert.equal(served.length, calls);
        }
    });

    it("hang until they are replaced, and then close the connection", async () => {
        await setFaults({ matches: "^POST ", act: "hang" });
        const hanging = post("x");
        await untilHeld();
        await setFaults();
        await assert.rejects(hanging);
        assert.equal((await post("x")).status, 200);
    });
});
