import protos from "@google-cloud/secret-manager/build/protos/protos.json";
import * as grpc from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";
import type { Authentication } from "./authentication";
import { GoogleError } from "./errors";
import type { Secrets } from "./secrets";

const HOST = "secretmanager.googleapis.com";
const SERVICE = "google.cloud.secretmanager.v1.SecretManagerService";

const built = [
    "createSecret",
    "getSecret",
    "listSecrets",
    "deleteSecret",
    "addSecretVersion",
    "getSecretVersion",
    "accessSecretVersion",
    "enableSecretVersion",
    "destroySecretVersion",
] as const satisfies readonly (keyof Secrets)[];

/** The gRPC side of the stand-in: Secret Manager v1 as Google publishes its messages. */
export function grpcServer(secrets: Secrets, authentication: Authentication): grpc.Server {
    const definition = fromJSON(protos, { defaults: true, enums: String, longs: Number })[
        SERVICE
    ] as grpc.ServiceDefinition;
    const isBuilt = (name: string): name is (typeof built)[number] => (built as readonly string[]).includes(name);
    const handlers = Object.keys(definition).map((method) => {
        const name = method.charAt(0).toLowerCase() + method.slice(1);
        return [method, answer(name, isBuilt(name) ? (caller, request) => secrets[name](caller, request) : undefined)];
    });
    const server = new grpc.Server();
    server.addService(definition, Object.fromEntries(handlers) as grpc.UntypedServiceImplementation);
    return server;

    function answer(name: string, work: ((caller: string, request: object) => object) | undefined) {
        return (call: grpc.ServerUnaryCall<object, object>, reply: grpc.sendUnaryData<object>): void => {
            const [authorization] = call.metadata.get("authorization");
            authentication
                .caller(authorization?.toString(), HOST)
                .then((caller) => {
                    if (work === undefined) {
                        throw new GoogleError(
                            "UNIMPLEMENTED",
                            `the stand-in for Google Cloud has no ${SERVICE}/${name}`,
                        );
                    }
                    return work(caller, call.request);
                })
                .then(
                    (response) => {
                        console.log(`${name} OK`);
                        reply(null, asMessage(response) as object);
                    },
                    (error: unknown) => {
                        const refusal = error instanceof GoogleError ? error : undefined;
                        if (refusal === undefined) {
                            console.error(error);
                        }
                        console.log(`${name} ${refusal?.status ?? "INTERNAL"}`);
                        const details = refusal?.message ?? "see the log";
                        const code: grpc.status = refusal?.grpc ?? grpc.status.INTERNAL;
                        reply({ code, details });
                    },
                );
        };
    }
}

/** JSON's times as `google.protobuf.Timestamp`; bytes are read from Base64 when the message is made. */
function asMessage(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(asMessage);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    return Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [
            name,
            name === "createTime" ? timestamp(String(inner)) : asMessage(inner),
        ]),
    );
}

function timestamp(time: string): object {
    const milliseconds = Date.parse(time);
    return { seconds: Math.floor(milliseconds / 1000), nanos: (milliseconds % 1000) * 1_000_000 };
}
