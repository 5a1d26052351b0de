import * as grpc from "@grpc/grpc-js";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { toStruct } from "./marshal";
import { NotReady } from "./resourceType";

/** Returns a gRPC handler that replies with the result of `work`, or with its error. */
export function handler<Request, Response>(work: (request: Request) => Response | Promise<Response>) {
    return (call: grpc.ServerUnaryCall<Request, Response>, reply: grpc.sendUnaryData<Response>): void => {
        Promise.resolve(call.request)
            .then(work)
            .then(
                (response) => {
                    reply(null, response);
                },
                (error: unknown) => {
                    reply(serviceError(error as Error));
                },
            );
    };
}

function serviceError(error: Error): Partial<grpc.ServiceError> {
    const details = describe(error);
    const status = { code: grpc.status.UNKNOWN, details };
    return error instanceof NotReady ? { ...status, metadata: initFailedMetadata(error) } : status;
}

/** Describes an error, with its name unless that is `Error`: AWS documents its errors by name. */
function describe({ name, message, cause }: Error): string {
    const what = name === "Error" ? message : `${name}: ${message}`;
    return cause instanceof Error ? `${what}: ${cause.message}` : what;
}

/**
 * Returns the metadata that makes the engine store a resource in the state although the call failed. gRPC expects error
 * details in a header of that name.
 */
function initFailedMetadata({ message, resource }: NotReady): grpc.Metadata {
    const failed = new ErrorResourceInitFailed()
        .setId(resource.id)
        .setProperties(toStruct(resource.outputs))
        .setReasonsList([message]);
    const detail = new Any();
    detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(message).setDetailsList([detail]);
    const metadata = new grpc.Metadata();
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
    return metadata;
}
