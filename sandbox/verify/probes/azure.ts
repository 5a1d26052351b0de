import { z } from "zod";
import { azureKeyVaultClass } from "../../../components/azure/airflow";
import { AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_TENANT_ID } from "../../../airflow/envVars";
import { testVariable } from "../../../airflow/testSecrets";
import { reasonOf } from "../../../lib/reason";
import { failed } from "../report";
import type { Answers, Attempt } from "./attempts";
import { readKwargs } from "./kwargs";
import { forEveryRefusal, type Probe, type ProbeArgs } from "./probe";
import { tryAll } from "./trial";

/** What Airflow would read of the keyword arguments, with its own defaults. */
const kwargsSchema = z.object({
    variables_prefix: z.string().default("airflow-variables"),
    sep: z.string().default("-"),
    vault_url: z.string(),
});

type Kwargs = z.output<typeof kwargsSchema>;

const GRAPH = "https://graph.microsoft.com";
const MANAGEMENT = "https://management.azure.com";
const VAULT = "https://vault.azure.net";

/** Tries with a Deployment's app what it must be refused, at Azure's own addresses. */
export const probeAzure: Probe = async ({ deployment, neighbours, fetch }) => {
    const read = readKwargs(deployment, azureKeyVaultClass, kwargsSchema);
    if ("problem" in read) return forEveryRefusal(failed(read.problem));
    const own = read.kwargs;
    const call = caller(deployment.env, fetch);
    const inVault = (method: string, { vault_url }: Kwargs, path: string, body?: object): Attempt => ({
        what: `${method} ${vault_url}/${path}`,
        run: () => call(method, `${vault_url}/${path}?api-version=7.4`, VAULT, body),
    });
    const others = neighbours
        .map((other) => readKwargs(other, azureKeyVaultClass, kwargsSchema))
        // A neighbour whose own environment is no good says so in its own row.
        .flatMap((other) => ("kwargs" in other ? other.kwargs : []))
        // Two Deployments that were told to share a vault.
        .filter(({ vault_url }) => vault_url !== own.vault_url);
    const variable = nameOf(own);
    const fresh = `${variable}-probe`;
    const value = { value: testVariable.value };
    const undo =
        (...calls: readonly [method: string, path: string][]) =>
        async () => {
            for (const [method, path] of calls) await inVault(method, own, path).run();
        };
    const outcomes = await tryAll(
        {
            own: inVault("GET", own, `secrets/${variable}`),
            strangers: [
                ...others.map((other) => inVault("GET", other, `secrets/${nameOf(other)}`)),
                inVault("GET", own, "keys/verify-outside-airflow"),
                inVault("GET", own, "certificates/verify-outside-airflow"),
            ],
            listings: [
                ...(deployment.mayListNames
                    ? []
                    : [inVault("GET", own, "secrets"), inVault("GET", own, "deletedsecrets")]),
                ...others.map((other) => inVault("GET", other, "secrets")),
                inVault("GET", own, "keys"),
            ],
            writes: [
                inVault("PUT", own, `secrets/${variable}`, value),
                {
                    ...inVault("PUT", own, `secrets/${fresh}`, value),
                    undo: undo(["DELETE", `secrets/${fresh}`], ["DELETE", `deletedsecrets/${fresh}`]),
                },
                {
                    ...inVault("DELETE", own, `secrets/${variable}`),
                    undo: undo(["POST", `deletedsecrets/${variable}/recover`]),
                },
            ],
            escalations: () => escalations(call, deployment.env[AZURE_CLIENT_ID] ?? ""),
        },
        answers,
    );
    const listing = outcomes["list refused"];
    const note = "its role lets it list the names in its own vault (docs/azure.md)";
    return deployment.mayListNames && listing.ok ? { ...outcomes, "list refused": { ...listing, note } } : outcomes;
};

type Call = (method: string, url: string, audience: string, body?: object) => Promise<unknown>;

/** Ways to more rights than reading one vault. */
function escalations(call: Call, clientId: string): Attempt[] {
    const own = `${GRAPH}/v1.0/applications(appId='${clientId}')`;
    let made: unknown;
    return [
        { what: "Graph: list applications", run: () => call("GET", `${GRAPH}/v1.0/applications`, GRAPH) },
        {
            what: "Graph: add a password to its own application",
            run: async () => {
                ({ keyId: made } = (await call("POST", `${own}/addPassword`, GRAPH, {})) as { keyId: unknown });
            },
            undo: () => call("POST", `${own}/removePassword`, GRAPH, { keyId: made }),
        },
        {
            // Azure shows everybody the subscriptions in which they have any role at all, be it on one vault.
            what: "Resource Manager: list role assignments",
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

function caller(env: Readonly<Record<string, string>>, fetch: ProbeArgs["fetch"]): Call {
    const tokens = new Map<string, Promise<string>>();
    return async (method, url, audience, body) => {
        const token = tokens.get(audience) ?? logIn(env, audience, fetch);
        tokens.set(audience, token);
        const response = await fetch(url, {
            method,
            headers: { Authorization: `Bearer ${await token}`, "Content-Type": "application/json" },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        return answered(response);
    };
}

async function logIn(
    env: Readonly<Record<string, string>>,
    audience: string,
    fetch: ProbeArgs["fetch"],
): Promise<string> {
    const form = new URLSearchParams({
        grant_type: "client_credentials",
        client_id: env[AZURE_CLIENT_ID] ?? "",
        client_secret: env[AZURE_CLIENT_SECRET] ?? "",
        scope: `${audience}/.default`,
    });
    const url = `https://login.microsoftonline.com/${env[AZURE_TENANT_ID] ?? ""}/oauth2/v2.0/token`;
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    const answer = await answered(await fetch(url, { method: "POST", headers, body: form.toString() }));
    return (answer as { access_token: string }).access_token;
}

async function answered(response: Awaited<ReturnType<ProbeArgs["fetch"]>>): Promise<unknown> {
    const text = await response.text();
    const answer: unknown = text === "" ? undefined : JSON.parse(text);
    if (response.status < 300) return answer;
    const { data } = errorSchema.safeParse(answer);
    const inner = typeof data?.error === "object" ? data.error.message : data?.error;
    throw new RestError(response.status, data?.error_description ?? inner ?? "");
}

/** Azure's errors have a message in them, Entra's a description beside them. */
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

const answers: Answers = {
    isRefusal: (error) => error instanceof RestError && error.code === 403,
    describe: reasonOf,
};

/** The secret that holds the test variable: Airflow writes the separator in place of each `_`. */
function nameOf({ variables_prefix, sep }: Kwargs): string {
    return `${variables_prefix}${sep}${testVariable.key}`.replaceAll("_", sep);
}
