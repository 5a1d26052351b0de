import { z } from "zod";
import { azureKeyVaultClass } from "../../../components/azure/airflow";
import {
    azureAppLogin,
    azureReaderKwargs,
    azureTokenRequest,
    type AzureAppLogin,
} from "../../../components/azure/client";
import { testVariable } from "../../../airflow/testSecrets";
import { reasonOf } from "../../../lib/reason";
import { failed } from "../report";
import type { Attempt, ServiceErrors } from "./attempts";
import { readKwargs, variablePrefix } from "./kwargs";
import { forEveryRefusal, type Probe, type ProbeArgs } from "./probe";
import { runPlan } from "./probePlan";

const variableReader = azureReaderKwargs.extend(variablePrefix);

type Kwargs = z.output<typeof variableReader>;

const GRAPH = "https://graph.microsoft.com";
const MANAGEMENT = "https://management.azure.com";
const VAULT = "https://vault.azure.net";

/** Tries, as a Deployment's app and at Azure's real hostnames, calls that must be refused. */
export const probeAzure: Probe = async ({ deployment, neighbours, fetch }) => {
    const read = readKwargs(deployment, azureKeyVaultClass, variableReader);
    if ("problem" in read) return forEveryRefusal(failed(read.problem));
    const kwargs = read.kwargs;
    const login = azureAppLogin(kwargs, deployment.env, deployment.token);
    const call = caller(login, fetch);
    const inVault = (method: string, { vault_url }: Kwargs, path: string, body?: object): Attempt => ({
        name: `${method} ${vault_url}/${path}`,
        run: () => call(method, `${vault_url}/${path}?api-version=7.4`, VAULT, body),
    });
    const others = neighbours
        .map((other) => readKwargs(other, azureKeyVaultClass, variableReader))
        // A neighbour with an invalid environment fails in its own row.
        .flatMap((other) => ("kwargs" in other ? other.kwargs : []))
        // Deployments that share a vault by configuration do not count.
        .filter(({ vault_url }) => vault_url !== kwargs.vault_url);
    const variable = nameOf(kwargs);
    const newName = `${variable}-probe`;
    const value = { value: testVariable.value };
    const undo =
        (...calls: readonly [method: string, path: string][]) =>
        async () => {
            for (const [method, path] of calls) await inVault(method, kwargs, path).run();
        };
    const outcomes = await runPlan(
        {
            control: inVault("GET", kwargs, `secrets/${variable}`),
            foreignReads: [
                ...others.map((other) => inVault("GET", other, `secrets/${nameOf(other)}`)),
                inVault("GET", kwargs, "keys/verify-outside-airflow"),
                inVault("GET", kwargs, "certificates/verify-outside-airflow"),
            ],
            listings: [
                ...(deployment.mayListNames
                    ? []
                    : [inVault("GET", kwargs, "secrets"), inVault("GET", kwargs, "deletedsecrets")]),
                ...others.map((other) => inVault("GET", other, "secrets")),
                inVault("GET", kwargs, "keys"),
            ],
            writes: [
                inVault("PUT", kwargs, `secrets/${variable}`, value),
                {
                    ...inVault("PUT", kwargs, `secrets/${newName}`, value),
                    undo: undo(["DELETE", `secrets/${newName}`], ["DELETE", `deletedsecrets/${newName}`]),
                },
                {
                    ...inVault("DELETE", kwargs, `secrets/${variable}`),
                    undo: undo(["POST", `deletedsecrets/${variable}/recover`]),
                },
            ],
            escalations: () => escalations(call, login.clientId),
        },
        errors,
    );
    const listing = outcomes["list refused"];
    const note = "its role lets it list the names in its own vault (docs/azure.md)";
    return deployment.mayListNames && listing.ok ? { ...outcomes, "list refused": { ...listing, note } } : outcomes;
};

type Call = (method: string, url: string, audience: string, body?: object) => Promise<unknown>;

/** Attempts to gain more permissions than reading one vault. */
function escalations(call: Call, clientId: string): Attempt[] {
    const application = `${GRAPH}/v1.0/applications(appId='${clientId}')`;
    let created: unknown;
    return [
        { name: "Graph: list applications", run: () => call("GET", `${GRAPH}/v1.0/applications`, GRAPH) },
        {
            name: "Graph: add a password to its own application",
            run: async () => {
                ({ keyId: created } = (await call("POST", `${application}/addPassword`, GRAPH, {})) as {
                    keyId: unknown;
                });
            },
            undo: () => call("POST", `${application}/removePassword`, GRAPH, { keyId: created }),
        },
        {
            // Azure lists every subscription in which the caller has any role, even if only on one vault.
            name: "Resource Manager: list role assignments",
            run: async () => {
                const url = `${MANAGEMENT}/subscriptions?api-version=2022-12-01`;
                const { value } = (await call("GET", url, MANAGEMENT)) as { value: { id: string }[] };
                if (value.length === 0) throw new RestError(403, "no subscription");
                for (const { id } of value) {
                    const assignments = `${id}/providers/Microsoft.Authorization/roleAssignments`;
                    await call("GET", `${MANAGEMENT}${assignments}?api-version=2022-04-01`, MANAGEMENT);
                }
            },
        },
    ];
}

function caller(login: AzureAppLogin, fetch: ProbeArgs["fetch"]): Call {
    const tokens = new Map<string, Promise<string>>();
    return async (method, url, audience, body) => {
        const token = tokens.get(audience) ?? logIn(login, audience, fetch);
        tokens.set(audience, token);
        const response = await fetch(url, {
            method,
            headers: { Authorization: `Bearer ${await token}`, "Content-Type": "application/json" },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        return answerOf(response);
    };
}

async function logIn(login: AzureAppLogin, audience: string, fetch: ProbeArgs["fetch"]): Promise<string> {
    const { url, request } = azureTokenRequest(login, audience);
    const answer = await answerOf(await fetch(url, { ...request, headers: { ...request.headers } }));
    return (answer as { access_token: string }).access_token;
}

async function answerOf(response: Awaited<ReturnType<ProbeArgs["fetch"]>>): Promise<unknown> {
    const text = await response.text();
    const answer: unknown = text === "" ? undefined : JSON.parse(text);
    if (response.status < 300) return answer;
    const { data } = errorSchema.safeParse(answer);
    const inner = typeof data?.error === "object" ? data.error.message : data?.error;
    throw new RestError(response.status, data?.error_description ?? inner ?? "");
}

/** Azure's errors contain a message; Entra ID's have a description beside the error code. */
const errorSchema = z.looseObject({
    error: z.looseObject({ message: z.string() }).or(z.string()),
    error_description: z.string().optional(),
});

class RestError extends Error {
    constructor(
        readonly code: number,
        message: string,
    ) {
        super(`${code} ${message}`.trim());
    }
}

const errors: ServiceErrors = {
    isRefusal: (error) => error instanceof RestError && error.code === 403,
    describe: reasonOf,
};

/** Returns the name of the test variable's secret: Airflow replaces each `_` by the separator. */
function nameOf({ variables_prefix, sep }: Kwargs): string {
    return `${variables_prefix}${sep}${testVariable.key}`.replaceAll("_", sep);
}
