import protos from "@google-cloud/secret-manager/build/protos/protos.json";
import * as grpc from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";
import type { Authentication } from "./authentication";
import { GoogleError } from "./errors";
import type { Secrets } from "./secrets";

const HOST = "secretmanager.googleapis.com";
const SERVICE = "google.cloud.secretmanager.v1.SecretManagerService";

const implemented = [
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

/** Creates the stand-in's gRPC server: Secret Manager v1, from the messages that Google publishes. */
export function grpcServer(secrets: Secrets, authentication: Authentication): grpc.Server {
    const definition = fromJSON(protos, { defaults: true, enums: String, longs: Number })[
        SERVICE
    ] as grpc.ServiceDefinition;
    const isImplemented = (name: string): name is (typeof implemented)[number] =>
        (implemented as readonly string[]).includes(name);
    const handlers = Object.keys(definition).map((method) => {
        const name = method.charAt(0).toLowerCase() + method.slice(1);
        return [
            method,
            answer(name, isImplemented(name) ? (caller, request) => secrets[name](caller, request) : undefined),
        ];
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
                        const googleError = error instanceof GoogleError ? error : undefined;
                        if (googleError === undefined) {
                            console.error(error);
                        }
                        console.log(`${name} ${googleError?.status ?? "INTERNAL"}`);
                        const details = googleError?.message ?? "see the log";
                        const code: grpc.status = googleError?.grpc ?? grpc.status.INTERNAL;
                        reply({ code, details });
                    },
                );
        };
    }
}

/**
 * Converts JSON times to `google.protobuf.Timestamp`. Bytes stay Base64: gRPC decodes them when it creates the message.
 */
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
