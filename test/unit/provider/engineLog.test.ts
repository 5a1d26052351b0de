import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogSeverity, type LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { engineLog } from "../../../provider/engineLog";

const URN = "urn:pulumi:dev::project::airflow-deployment:kubernetes:WorkloadPatch::solar";

describe("engineLog", () => {
    const { grpc_proxy: proxy = "", no_proxy: exempt = "" } = process.env;
    const engine = new grpc.Server();
    const received = new EventEmitter();
    let port: number;

    before(async () => {
        engine.addService(EngineService, {
            log: (call: grpc.ServerUnaryCall<LogRequest, Empty>, reply: grpc.sendUnaryData<Empty>) => {
                received.emit("log", call.request.toObject());
                reply(null, new Empty());
            },
        });
        port = await new Promise<number>((resolve, reject) => {
            engine.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, free) => {
                if (error === null) resolve(free);
                else reject(error);
            });
        });
        // No proxy listens on this port.
        Object.assign(process.env, { grpc_proxy: "http://127.0.0.1:9", no_proxy: "" });
    });
    after(() => {
        Object.assign(process.env, { grpc_proxy: proxy, no_proxy: exempt });
        engine.forceShutdown();
    });

    it("reaches the engine in spite of a proxy in the environment, and marks progress as ephemeral", async () => {
        const log = engineLog(`127.0.0.1:${port}`);
        const messages: [Parameters<typeof log>[1], LogSeverity, boolean][] = [
            ["progress", LogSeverity.INFO, true],
            ["info", LogSeverity.INFO, false],
            ["warning", LogSeverity.WARNING, false],
        ];
        for (const [severity, expected, ephemeral] of messages) {
            const next = once(received, "log");
            log(URN, severity, `it is ${severity}`);
            const [request] = (await next) as [LogRequest.AsObject];
            assert.deepEqual(request, {
                urn: URN,
                message: `it is ${severity}`,
                severity: expected,
                streamid: 0,
                ephemeral,
            });
        }
    });
});
