import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Log } from "./resourceType";

const severities = { progress: LogSeverity.INFO, info: LogSeverity.INFO, warning: LogSeverity.WARNING } as const;

/**
 * Returns a function that logs a message for a resource in Pulumi's output. If the engine cannot be reached, it writes
 * to standard error, which the engine shows too.
 *
 * @param address where the engine listens, `<host>:<port>`
 */
export function engineLog(address: string): (urn: string, ...what: Parameters<Log>) => void {
    let engine: EngineClient | undefined;
    return (urn, severity, message) => {
        // The engine is on this machine, so a proxy from the environment variables must not be used.
        engine ??= new EngineClient(address, credentials.createInsecure(), { "grpc.enable_http_proxy": 0 });
        const request = new LogRequest()
            .setUrn(urn)
            .setSeverity(severities[severity])
            .setMessage(message)
            .setEphemeral(severity === "progress");
        engine.log(request, (error) => {
            if (error !== null) {
                console.error(`${urn}: ${message} (${error.message})`);
            }
        });
    };
}
