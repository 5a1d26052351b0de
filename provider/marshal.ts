import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { isMapping } from "../lib/json";
import type { Properties } from "./resourceType";

/** Signature of a secret value: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Marks a part of a property as secret, so that the rest of the property stays readable. */
export function secretPart(value: unknown): object {
    return { [SIGNATURE]: SECRET, value };
}

/** Marks each value as secret by itself, so that a preview still shows the names. */
export function secretParts(values: Readonly<Record<string, unknown>>): Properties {
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, secretPart(value)]));
}

export function isSecretPart(value: object): value is { readonly value: unknown } {
    return SIGNATURE in value && value[SIGNATURE] === SECRET;
}

/**
 * Converts properties from the engine. They contain secrets as plain values, because the response to `Configure` does
 * not accept secrets.
 */
export function fromStruct(struct: Struct | undefined): Properties {
    const found = (struct?.toJavaScript() ?? {}) as Properties;
    return Object.fromEntries(
        Object.entries(found).filter(([name, value]) => value !== null && value !== undefined && name !== "__defaults"),
    );
}

/** Converts a provider's settings. They come before the response to `Configure`, so secrets are unwrapped here. */
export function settingsFrom(struct: Struct | undefined): Properties {
    const plain = Object.entries(fromStruct(struct)).map(([name, value]) => {
        return [name, isMapping(value) && isSecretPart(value) ? value.value : value] as const;
    });
    return Object.fromEntries(plain);
}

/**
 * Converts properties for the engine. The engine marks outputs as secret if the inputs are secret.
 *
 * @param secrets names of further properties to mark as secret, which only the provider knows
 */
export function toStruct(properties: Properties, secrets: readonly string[] = []): Struct {
    // Responses of cloud SDKs may contain dates, and `undefined` at any depth, which a struct cannot represent.
    const plain = JSON.parse(JSON.stringify(properties)) as Properties;
    const wrapped = Object.entries(plain).map(
        ([name, value]) => [name, secrets.includes(name) ? secretPart(value) : value] as const,
    );
    return Struct.fromJavaScript(Object.fromEntries(wrapped) as Record<string, JavaScriptValue>);
}
