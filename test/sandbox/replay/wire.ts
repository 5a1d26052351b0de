import { credentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { isSecretPart, secretPart } from "../../../provider/marshal";
import { UNKNOWN } from "../../../provider/resourceType";

type Fields = Readonly<Record<string, unknown>>;

/** A provider's answer as a recording writes it: fields that say nothing are left out. */
export type Answer = { readonly response: Fields } | { readonly error: string };

interface Method {
    readonly request: new () => object;
    /** As the client calls it. */
    readonly name: keyof ResourceProviderClient;
    readonly answer: (response: never) => Fields;
}

const methods: Readonly<Record<string, Method>> = {
    CheckConfig: { request: messages.CheckRequest, name: "checkConfig", answer: checked },
    DiffConfig: { request: messages.DiffRequest, name: "diffConfig", answer: differs },
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
            return: read(response.getReturn()),
            failures: failures(response.getFailuresList()),
        }),
    },
    Check: { request: messages.CheckRequest, name: "check", answer: checked },
    Diff: { request: messages.DiffRequest, name: "diff", answer: differs },
    Create: {
        request: messages.CreateRequest,
        name: "create",
        answer: (response: messages.CreateResponse) => ({
            id: response.getId(),
            properties: read(response.getProperties()),
        }),
    },
    Read: {
        request: messages.ReadRequest,
        name: "read",
        answer: (response: messages.ReadResponse) => ({
            id: response.getId(),
            properties: read(response.getProperties()),
            inputs: read(response.getInputs()),
        }),
    },
    Update: {
        request: messages.UpdateRequest,
        name: "update",
        answer: (response: messages.UpdateResponse) => ({ properties: read(response.getProperties()) }),
    },
    Delete: { request: messages.DeleteRequest, name: "delete", answer: () => ({}) },
};

function checked(response: messages.CheckResponse): Fields {
    return { inputs: read(response.getInputs()), failures: failures(response.getFailuresList()) };
}

function differs(response: messages.DiffResponse): Fields {
    const { DiffChanges } = messages.DiffResponse;
    const { Kind } = messages.PropertyDiff;
    const details = response.getDetaileddiffMap().toObject(false, (_, detail: messages.PropertyDiff) => detail);
    const detailedDiff = details.map(([path, detail]) => [
        path,
        said({
            kind: detail.getKind() === Kind.ADD ? "" : nameIn(Kind, detail.getKind()),
            inputDiff: detail.getInputdiff(),
        }),
    ]);
    const changes = response.getChanges();
    return {
        replaces: response.getReplacesList(),
        stables: response.getStablesList(),
        deleteBeforeReplace: response.getDeletebeforereplace(),
        changes: changes === DiffChanges.DIFF_UNKNOWN ? "" : nameIn(DiffChanges, changes),
        diffs: response.getDiffsList(),
        detailedDiff: Object.fromEntries(detailedDiff) as Fields,
        hasDetailedDiff: response.getHasdetaileddiff(),
    };
}

function nameIn(names: object, value: number): string {
    const found = Object.entries(names as Record<string, number>).find(([, number]) => number === value);
    return found?.[0] ?? String(value);
}

function failures(list: readonly messages.CheckFailure[]): object[] {
    return list.map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
}

/** The gRPC service that a provider offers, spoken to in a recording's terms. */
export class Provider {
    private readonly client: ResourceProviderClient;

    constructor(port: number) {
        this.client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    }

    close(): void {
        this.client.close();
    }

    async call(method: string, fields: Fields): Promise<Answer> {
        const known = methods[method];
        if (known === undefined) {
            throw new Error(`no method ${method}`);
        }
        const request = new known.request();
        for (const [name, value] of Object.entries(fields)) {
            set(request, name, value);
        }
        const options = { deadline: Date.now() + 60_000 };
        return new Promise((resolve) => {
            const done = (error: ServiceError | null, response?: object): void => {
                resolve(
                    error === null ? { response: said(known.answer(response as never)) } : { error: error.details },
                );
            };
            (this.client as unknown as Record<string, Send>)[known.name]?.call(this.client, request, options, done);
        });
    }
}

type Done = (error: ServiceError | null, response?: object) => void;
type Send = (request: object, options: object, done: Done) => void;

function set(request: object, field: string, value: unknown): void {
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
    call?.call(request, isStruct ? Struct.fromJavaScript(written(value) as Record<string, JavaScriptValue>) : value);
}

/** As the engine writes it. */
function written(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(written);
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
        return secretPart(written(value.$secret));
    }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, written(inner)]));
}

function read(struct: Struct | undefined): unknown {
    return struct === undefined ? undefined : asRecorded(struct.toJavaScript());
}

function asRecorded(value: unknown): unknown {
    if (value === UNKNOWN) {
        return { $unknown: true };
    }
    if (Array.isArray(value)) {
        return value.map(asRecorded);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (isSecretPart(value)) {
        return { $secret: asRecorded(value.value) };
    }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asRecorded(inner)]));
}

/** Without what is empty. */
function said(fields: Fields): Fields {
    const kept = Object.entries(fields).filter(([name, value]) => {
        const isEmpty = Array.isArray(value)
            ? value.length === 0
            : value === "" || value === false || value === undefined;
        return !isEmpty && !(name === "detailedDiff" && Object.keys(value as object).length === 0);
    });
    return Object.fromEntries(kept);
}
