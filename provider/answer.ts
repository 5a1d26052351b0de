import * as grpc from "@grpc/grpc-js";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { toStruct } from "./marshal";
import { NotReady } from "./resourceType";

/** A handler that answers with what `work` gives, or with its error's message. */
export function answer<Request, Response>(work: (request: Request) => Response | Promise<Response>) {
    return (call: grpc.ServerUnaryCall<Request, Response>, reply: grpc.sendUnaryData<Response>): void => {
        Promise.resolve(call.request)
            .then(work)
            .then(
                (response) => {
                    reply(null, response);
                },
                (error: unknown) => {
                    reply(refusal(error as Error));
                },
            );
    };
}

function refusal(error: Error): Partial<grpc.ServiceError> {
    const details = describe(error);
    const refused = { code: grpc.status.UNKNOWN, details };
    return error instanceof NotReady ? { ...refused, metadata: withMade(error) } : refused;
}

/** With the name where it says something: AWS documents its errors by name. */
function describe({ name, message, cause }: Error): string {
    const what = name === "Error" ? message : `${name}: ${message}`;
    return cause instanceof Error ? `${what}: ${cause.message}` : what;
}

/** What the engine puts into the state although the call failed; gRPC carries such details in a header of that name. */
function withMade({ message, made }: NotReady): grpc.Metadata {
    const failed = new ErrorResourceInitFailed()
        .setId(made.id)
        .setProperties(toStruct(made.outputs))
        .setReasonsList([message]);
    const detail = new Any();
    detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(message).setDetailsList([detail]);
    const metadata = new grpc.Metadata();
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
    return metadata;
}
