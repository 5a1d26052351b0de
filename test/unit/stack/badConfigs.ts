import * as fc from "fast-check";
import { formatPath } from "../../../config/text";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Path = readonly (string | number)[];

/** A config with mistakes, and the path of each. */
export interface BadConfig {
    readonly deployments: Json;
    /** The stack's other keys, without the project's name. */
    readonly others: Readonly<Record<string, string>>;
    /** As messages have them, without the Deployment's name. */
    readonly mistakes: readonly string[];
}

/** A text that no message may contain: a token that somebody has put under the wrong key. */
export const CANARY = "hvs.CANARY";

const REQUIRED = /^(name|backend|target|backend\.kind|target\.kind)$/;
const WRONG: readonly Json[] = [null, {}, [], "", { a: CANARY }, [[CANARY]], { "": {} }];
const UNKNOWN = ["kidn", "scopes", "Name", "tokn", "vault_token", "constructor", "a b", "generation2", "-"];
/** A wrong value of each of the stack's other keys. */
const OTHERS = { awsAccountId: "1111", azureSubscriptionId: "ABC", expires: "soon" };

/**
 * Returns configs made of valid ones: with a mistake in some Deployments and in some other keys, one at least. A mistake is
 * a value of another type, an empty text, an unknown key or a missing one.
 *
 * @param deployments a valid config with every kind of backend and target
 */
export function badConfigs(deployments: readonly object[]): fc.Arbitrary<BadConfig> {
    const all = deployments.map((each) => mistakesIn(each as Json));
    const inDeployments = fc.tuple(...all.map((mistakes) => fc.option(fc.constantFrom(...mistakes), { freq: 2 })));
    const inOthers = fc.subarray(Object.keys(OTHERS) as (keyof typeof OTHERS)[]);
    return fc
        .tuple(inDeployments, inOthers)
        .filter(([found, keys]) => keys.length > 0 || found.some((mistake) => mistake !== null))
        .map(([found, keys]) => ({
            deployments: deployments.map(
                (each, index) => found[index]?.apply(structuredClone(each) as Json) ?? (each as Json),
            ),
            others: Object.fromEntries(keys.map((key) => [key, OTHERS[key]])),
            mistakes: [
                ...keys,
                ...found.flatMap((mistake, index) =>
                    mistake === null ? [] : formatPath(["deployments", index, ...mistake.path], undefined),
                ),
            ],
        }));
}

interface Mistake {
    readonly path: Path;
    /** Makes the mistake in a Deployment, and returns it. */
    readonly apply: (deployment: Json) => Json;
}

function mistakesIn(deployment: Json): Mistake[] {
    const found = pathsIn(deployment);
    const wrong = found
        .filter(({ path }) => path.length > 0)
        .flatMap(({ path, value }) => WRONG.filter((other) => isWrong(other, value)).map((other) => at(path, other)));
    const unknown = found
        .filter(({ value }) => typeOf(value) === "mapping")
        .flatMap(({ path }) => UNKNOWN.map((key) => at([...path, key], CANARY)));
    const missing = found.filter(({ path }) => REQUIRED.test(path.join("."))).map(({ path }) => at(path, undefined));
    return [...wrong, ...unknown, ...missing];
}

const typeOf = (value: Json): string =>
    value === null ? "null" : Array.isArray(value) ? "list" : typeof value === "object" ? "mapping" : typeof value;

/** No text and no list of the config may be empty. */
function isWrong(other: Json, value: Json): boolean {
    return typeOf(other) !== typeOf(value) || other === "" || (Array.isArray(other) && other.length === 0);
}

/** Returns the path of every value, that of the whole included. */
function pathsIn(value: Json, path: Path = []): { readonly path: Path; readonly value: Json }[] {
    const children: [string | number, Json][] = Array.isArray(value)
        ? value.map((each, index) => [index, each])
        : typeof value === "object" && value !== null
          ? Object.entries(value)
          : [];
    return [{ path, value }, ...children.flatMap(([key, child]) => pathsIn(child, [...path, key]))];
}

/** @param value `undefined` removes the key */
function at(path: Path, value: Json | undefined): Mistake {
    return {
        path,
        apply: (deployment) => {
            const parents = path.slice(0, -1);
            const parent = parents.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], deployment);
            Object.assign(parent as object, { [path.at(-1)!]: value });
            return deployment;
        },
    };
}
