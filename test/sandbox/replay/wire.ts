import { credentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { isSecretPart, secretPart } from "../../../provider/marshal";
import { UNKNOWN } from "../../../provider/resourceType";

type Fields = Readonly<Record<string, unknown>>;

/** A provider's answer in the format of a recording, without empty fields. */
export type Answer = { readonly response: Fields } | { readonly error: string };

interface Method {
    readonly request: new () => object;
    /** The client's method. */
    readonly name: keyof ResourceProviderClient;
    readonly answer: (response: never) => Fields;
}

const methods: Readonly<Record<string, Method>> = {
    CheckConfig: { request: messages.CheckRequest, name: "checkConfig", answer: checkAnswer },
    DiffConfig: { request: messages.DiffRequest, name: "diffConfig", answer: diffAnswer },
    Configure: {
        request: messages.ConfigureRequest,
        name: "configure",
        answer: (response: messages.ConfigureResponse) => ({
            acceptSecrets: response.getAcceptsecrets(),
            acceptResources: response.getAcceptresources(),
            acceptOutputs: response.getAcceptoutputs(),
            supportsPreview: response.getSupportspreview(),
            supportsAutonamingConfiguration: response.getSupportsAutonamingConfiguration(),
        }),
    },
    Invoke: {
        request: messages.InvokeRequest,
        name: "invoke",
        answer: (response: messages.InvokeResponse) => ({
            return: fromStruct(response.getReturn()),
            failures: failures(response.getFailuresList()),
        }),
    },
    Check: { request: messages.CheckRequest, name: "check", answer: checkAnswer },
    Diff: { request: messages.DiffRequest, name: "diff", answer: diffAnswer },
    Create: {
        request: messages.CreateRequest,
        name: "create",
        answer: (response: messages.CreateResponse) => ({
            id: response.getId(),
            properties: fromStruct(response.getProperties()),
        }),
    },
    Read: {
        request: messages.ReadRequest,
        name: "read",
        answer: (response: messages.ReadResponse) => ({
            id: response.getId(),
            properties: fromStruct(response.getProperties()),
            inputs: fromStruct(response.getInputs()),
        }),
    },
    Update: {
        request: messages.UpdateRequest,
        name: "update",
        answer: (response: messages.UpdateResponse) => ({ properties: fromStruct(response.getProperties()) }),
    },
    Delete: { request: messages.DeleteRequest, name: "delete", answer: () => ({}) },
};

function checkAnswer(response: messages.CheckResponse): Fields {
    return { inputs: fromStruct(response.getInputs()), failures: failures(response.getFailuresList()) };
}

function diffAnswer(response: messages.DiffResponse): Fields {
    const { DiffChanges } = messages.DiffResponse;
    const { Kind } = messages.PropertyDiff;
    const details = response.getDetaileddiffMap().toObject(false, (_, detail: messages.PropertyDiff) => detail);
    const detailedDiff = details.map(([path, detail]) => [
        path,
        withoutEmpty({
            kind: detail.getKind() === Kind.ADD ? "" : enumName(Kind, detail.getKind()),
            inputDiff: detail.getInputdiff(),
        }),
    ]);
    const changes = response.getChanges();
    return {
        replaces: response.getReplacesList(),
        stables: response.getStablesList(),
        deleteBeforeReplace: response.getDeletebeforereplace(),
        changes: changes === DiffChanges.DIFF_UNKNOWN ? "" : enumName(DiffChanges, changes),
        diffs: response.getDiffsList(),
        detailedDiff: Object.fromEntries(detailedDiff) as Fields,
        hasDetailedDiff: response.getHasdetaileddiff(),
    };
}

function enumName(names: object, value: number): string {
    const found = Object.entries(names as Record<string, number>).find(([, number]) => number === value);
    return found?.[0] ?? String(value);
}

function failures(list: readonly messages.CheckFailure[]): object[] {
    return list.map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
}

/** A client of a provider's gRPC service. Requests and answers have the format of a recording. */
export class Provider {
    private readonly client: ResourceProviderClient;

    constructor(port: number) {
        this.client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    }

    close(): void {
        this.client.close();
    }

    async call(method: string, fields: Fields): Promise<Answer> {
        const definition = methods[method];
        if (definition === undefined) {
            throw new Error(`no method ${method}`);
        }
        const request = new definition.request();
        for (const [name, value] of Object.entries(fields)) {
            setField(request, name, value);
        }
        const options = { deadline: Date.now() + 60_000 };
        return new Promise((resolve) => {
            const done = (error: ServiceError | null, response?: object): void => {
                resolve(
                    error === null
                        ? { response: withoutEmpty(definition.answer(response as never)) }
                        : { error: error.details },
                );
            };
            (this.client as unknown as Record<string, Send>)[definition.name]?.call(
                this.client,
                request,
                options,
                done,
            );
        });
    }
}

type Done = (error: ServiceError | null, response?: object) => void;
type Send = (request: object, options: object, done: Done) => void;

function setField(request: object, field: string, value: unknown): void {
    if (field === "variables") {
        const variables = (request as messages.ConfigureRequest).getVariablesMap();
        for (const [name, text] of Object.entries(value as Record<string, string>)) {
            variables.set(name, text);
        }
        return;
    }
    const setters = [`set${field}`, `set${field}list`].map((name) => name.toLowerCase());
    const setter = Object.getOwnPropertyNames(Object.getPrototypeOf(request)).find((name) =>
        setters.includes(name.toLowerCase()),
    );
    if (setter === undefined) {
        throw new Error(`${request.constructor.name} has no field ${field}`);
    }
    const isStruct = typeof value === "object" && value !== null && !Array.isArray(value);
    const call = (request as Record<string, (value: unknown) => void>)[setter];
    call?.call(
        request,
        isStruct ? Struct.fromJavaScript(toEngineValue(value) as Record<string, JavaScriptValue>) : value,
    );
}

/** Converts a recorded value to the engine's format. */
function toEngineValue(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(toEngineValue);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if ("$unknown" in value) {
        return UNKNOWN;
    }
    if ("$base64" in value) {
        return Buffer.from(String(value.$base64)).toString("base64");
    }
    if ("$secret" in value) {
        return secretPart(toEngineValue(value.$secret));
    }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toEngineValue(inner)]));
}

function fromStruct(struct: Struct | undefined): unknown {
    return struct === undefined ? undefined : toRecordedValue(struct.toJavaScript());
}

/** Converts a value of the engine to the format of a recording. */
function toRecordedValue(value: unknown): unknown {
    if (value === UNKNOWN) {
        return { $unknown: true };
    }
    if (Array.isArray(value)) {
        return value.map(toRecordedValue);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (isSecretPart(value)) {
        return { $secret: toRecordedValue(value.value) };
    }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toRecordedValue(inner)]));
}

/** Removes empty fields. */
function withoutEmpty(fields: Fields): Fields {
    const kept = Object.entries(fields).filter(([name, value]) => {
        const isEmpty = Array.isArray(value)
            ? value.length === 0
            : value === "" || value === false || value === undefined;
        return !isEmpty && !(name === "detailedDiff" && Object.keys(value as object).length === 0);
    });
    return Object.fromEntries(kept);
}
