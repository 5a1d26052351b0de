import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { isMapping } from "../lib/json";
import type { Properties } from "./resourceType";

/** How the engine writes a secret: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** A value that is part of a property and secret in itself: what else is in the property stays readable. */
export function secretPart(value: unknown): object {
    return { [SIGNATURE]: SECRET, value };
}

export function isSecretPart(value: object): value is { readonly value: unknown } {
    return SIGNATURE in value && value[SIGNATURE] === SECRET;
}

/** Properties that the engine sent. It was told in `configure` to send secrets as plain values. */
export function fromStruct(struct: Struct | undefined): Properties {
    const found = (struct?.toJavaScript() ?? {}) as Properties;
    return Object.fromEntries(
        Object.entries(found).filter(([name, value]) => value !== null && value !== undefined && name !== "__defaults"),
    );
}

/** The same for a provider's settings, which the engine sends before it has been told: secrets become plain values. */
export function settingsFrom(struct: Struct | undefined): Properties {
    const plain = Object.entries(fromStruct(struct)).map(([name, value]) => {
        return [name, isMapping(value) && isSecretPart(value) ? value.value : value] as const;
    });
    return Object.fromEntries(plain);
}

/**
 * Properties for the engine. It marks again what it knows to be secret from the inputs; what only the provider knows to
 * be secret is named in `secrets`.
 */
export function toStruct(properties: Properties, secrets: readonly string[] = []): Struct {
    // What a cloud's client answers may hold dates, and undefined at any depth, for which a struct has no notation.
    const plain = JSON.parse(JSON.stringify(properties)) as Properties;
    const wrapped = Object.entries(plain).map(
        ([name, value]) => [name, secrets.includes(name) ? secretPart(value) : value] as const,
    );
    return Struct.fromJavaScript(Object.fromEntries(wrapped) as Record<string, JavaScriptValue>);
}
