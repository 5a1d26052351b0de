import type { Problem } from "../config/errors";
import { validList, validObject } from "../config/partial";
import { advice, type Rule } from "../config/rules";
import { quote } from "../config/text";
import type { BackendKind } from "../components/backend";
import type { TrustedPods } from "../components/trustedPods";
import { backendKind, backendKinds, targetKind, targetKinds } from "./kinds";
import { rotationTimes, type RotationTimes } from "./rotation";
import type { DeploymentConfig } from "./schema";

/** The parts of a Deployment's config that decide how it logs in. */
type Login = Pick<DeploymentConfig, "name" | "backend" | "target">;

/** Returns the pods that a Deployment's backend trusts; `undefined` if the Deployment logs in with a credential. */
export function trustedPods({ name, backend, target }: Login): TrustedPods | undefined {
    const { keyless } = backendKind(backend.kind);
    const pods = targetKind(target.kind).pods(target, name);
    const tokenFile = pods?.tokenFile ?? keyless?.installedTokenFile;
    if (keyless === undefined || !isKeyless(backend) || pods === undefined || tokenFile === undefined) {
        return undefined;
    }
    return {
        ...pods,
        serviceAccounts: [...pods.serviceAccounts].sort(),
        audience: keyless.audience(backend),
        tokenFile,
    };
}

/** Returns when a Deployment's credential is replaced: never, if it has none. */
export function credentialTimes(deployment: Pick<DeploymentConfig, "backend" | "rotation">): RotationTimes {
    const times = rotationTimes(deployment.rotation, deployment.backend.kind);
    return isKeyless(deployment.backend) ? { ...times, everyMs: undefined } : times;
}

/** Whether the `login` of a Deployment's backend needs no stored credential. Other keys may be invalid. */
export function isKeyless(backend: unknown): boolean {
    const { login } = validObject(backend);
    return typeof login === "string" && (kindOf(backend)?.keyless?.logins.includes(login) ?? false);
}

function kindOf(backend: unknown): BackendKind | undefined {
    const { kind } = validObject(backend);
    return backendKinds.find((each) => each.kind === kind);
}

/** Finds the problems that depend on whether the login needs a credential. */
export function keylessProblems(items: readonly unknown[]): Problem[] {
    return items.flatMap((item, index) => {
        const { backend, target, rotation } = validObject(item);
        const path = ["deployments", index];
        const { login } = validObject(backend);
        const problem = (key: readonly string[], found: string, rule: Rule): Problem => ({
            path: [...path, ...key],
            found,
            advice: advice(rule),
        });
        return isKeyless(backend)
            ? missingKeys(validObject(target), backend, String(login), problem).concat(
                  everyProblem(validObject(rotation), String(login), problem),
                  limitProblem(validObject(target), backend, problem),
              )
            : uselessKeys(validObject(target), backend, problem);
    });
}

type Report = (key: readonly string[], found: string, rule: Rule) => Problem;

function missingKeys(
    target: Readonly<Record<string, unknown>>,
    backend: unknown,
    login: string,
    problem: Report,
): Problem[] {
    const needed = target.kind === "astronomer" ? ["namespace", "serviceAccounts"] : ["serviceAccounts"];
    const installed = kindOf(backend)?.keyless?.installedTokenFile;
    const file = target.kind === "astronomer" && installed === undefined ? ["tokenFile"] : [];
    return [...needed, ...file]
        .filter((key) => targetKinds.some(({ kind }) => kind === target.kind) && target[key] === undefined)
        .map((key) =>
            problem(["target", key], "nothing", {
                allowed: `a value, because login: ${login} trusts the pods of the Deployment`,
                todo: todoFor[key] ?? "",
            }),
        );
}

const todoFor: Readonly<Record<string, string>> = {
    namespace: "Write the namespace of the Deployment's pods, e.g. astronomer-solar-dust-1234",
    serviceAccounts:
        "Name the service accounts that Airflow's pods run as: kubectl get pods -n NAMESPACE " +
        "-o custom-columns=POD:.metadata.name,ACCOUNT:.spec.serviceAccountName",
    tokenFile: "Write where your installation puts the service-account token into the pods",
};

/** Without a keyless login, these keys do nothing. */
function uselessKeys(target: Readonly<Record<string, unknown>>, backend: unknown, problem: Report): Problem[] {
    const kind = kindOf(backend);
    const logins = kind?.keyless?.logins ?? [];
    // A mistyped login may be meant to be a keyless one. Another message reports it.
    if (kind?.schema.safeParse(backend).error?.issues.some(({ path: [key] }) => key === "login") === true) {
        return [];
    }
    const keys = target.kind === "astronomer" ? ["namespace", "serviceAccounts", "tokenFile"] : ["serviceAccounts"];
    return keys
        .filter((key) => target[key] !== undefined && logins.length > 0)
        .map((key) =>
            problem(["target", key], "a value, but the backend's login uses a stored credential", {
                allowed: `this key with a login that trusts the pods: ${logins.map(quote).join(" or ")}`,
                todo: `Write login: ${logins[0] ?? ""} in the backend, or remove the key`,
            }),
        );
}

/** A service trusts a limited number of service accounts per identity. */
function limitProblem(target: Readonly<Record<string, unknown>>, backend: unknown, problem: Report): Problem[] {
    const kind = kindOf(backend);
    const { length } = validList(target.serviceAccounts);
    const limit = kind?.keyless?.maxServiceAccounts ?? Infinity;
    return length <= limit
        ? []
        : [
              problem(["target", "serviceAccounts"], `${length} service accounts`, {
                  allowed: `at most ${limit} with a backend of kind ${kind?.kind ?? ""}: it trusts no more per identity`,
                  todo: "Let several of Airflow's pods run as the same service account",
              }),
          ];
}

function everyProblem(rotation: Readonly<Record<string, unknown>>, login: string, problem: Report): Problem[] {
    return rotation.every === undefined
        ? []
        : [
              problem(["rotation", "every"], `a value, but login: ${login} has no credential to replace`, {
                  allowed: "this key with a login that uses a stored credential",
                  todo: "Remove the key",
              }),
          ];
}
