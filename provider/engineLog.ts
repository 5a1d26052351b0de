import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Log } from "./resourceType";

const severities = { progress: LogSeverity.INFO, info: LogSeverity.INFO, warning: LogSeverity.WARNING } as const;

/** Says something beside a resource in Pulumi's output; on standard error, which the engine shows too, where it cannot. */
export function engineLog(address: string): (urn: string, ...what: Parameters<Log>) => void {
    let engine: EngineClient | undefined;
    return (urn, severity, message) => {
        // It is on this machine, whatever proxy the environment names.
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
