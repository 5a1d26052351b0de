import type { SecretManagerServiceClient } from "@google-cloud/secret-manager";
import { status } from "@grpc/grpc-js";
import { z } from "zod";
import { gcpSecretManagerClass } from "../../../components/gcp/airflow";
import { accessTokenIn, exchangeForm, gcpReaderKwargs, selfSignedToken } from "../../../components/gcp/client";
import { testVariable } from "../../../airflow/testSecrets";
import { reasonOf } from "../../../lib/reason";
import { failed } from "../report";
import type { Attempt, ServiceErrors } from "./attempts";
import { secretManagerThroughEdge, type Bearer } from "./googleClient";
import { readKwargs, variablePrefix } from "./kwargs";
import { forEveryRefusal, type Probe, type ProbeArgs } from "./probe";
import { runPlan } from "./probePlan";

const variableReader = gcpReaderKwargs.extend(variablePrefix);

type Kwargs = z.output<typeof variableReader>;

export const probeGcp: Probe = async ({ deployment, neighbours, fetch, edge }) => {
    const read = readKwargs(deployment, gcpSecretManagerClass, variableReader);
    if ("problem" in read) return forEveryRefusal(failed(read.problem));
    const kwargs = read.kwargs;
    const bearer = bearerOf(kwargs, deployment.token, fetch);
    if (bearer === undefined)
        return forEveryRefusal(failed("not run: there is neither a key nor a token to log in with"));
    const client = secretManagerThroughEdge({ project: kwargs.project_id, bearer }, edge);
    try {
        const access = (id: string): Attempt => ({
            name: `AccessSecretVersion ${id}`,
            run: () =>
                client.accessSecretVersion(
                    { name: `projects/${kwargs.project_id}/secrets/${id}/versions/latest` },
                    noRetry,
                ),
        });
        const prefix = prefixOf(kwargs);
        const variable = `${prefix}${testVariable.key}`;
        const neighbourPrefixes = neighbours
            .map((other) => readKwargs(other, gcpSecretManagerClass, variableReader))
            // A neighbour with an invalid environment fails in its own row.
            .flatMap((other) =>
                "kwargs" in other && other.kwargs.project_id === kwargs.project_id ? other.kwargs : [],
            )
            .map(prefixOf)
            // Deployments that share secrets by configuration do not count.
            .filter((other) => !other.startsWith(prefix));
        const sibling = `${prefix.slice(0, -kwargs.sep.length)}${kwargs.sep === "-" ? "_" : "-"}beside`;
        const foreignSecrets = [
            ...neighbourPrefixes.map((each) => `${each}${testVariable.key}`),
            sibling,
            "verify-outside-airflow",
        ];
        return await runPlan(
            {
                control: access(variable),
                foreignReads: foreignSecrets.map(access),
                listings: listings(client, kwargs),
                writes: writes(client, kwargs, variable),
                escalations: () => escalations(kwargs, bearer, fetch),
            },
            errors,
        );
    } finally {
        await client.close();
    }
};

/** Returns the tokens of the Deployment's login, as Airflow gets them; `undefined` if there is nothing to log in with. */
function bearerOf(
    { gcp_keyfile_dict: key, gcp_credential_config_file: config }: Kwargs,
    token: string | undefined,
    fetch: ProbeArgs["fetch"],
): Bearer | undefined {
    if (key !== undefined) return (host) => selfSignedToken(key, host);
    if (config === undefined || token === undefined) return undefined;
    let exchanged: Promise<string> | undefined;
    const exchange = async (): Promise<string> => {
        const response = await fetch(config.token_url, {
            method: "POST",
            headers: { "content-type": "application/x-www-form-urlencoded" },
            body: exchangeForm(config, token).toString(),
        });
        const body = await response.text();
        const accessToken = accessTokenIn(body);
        if (accessToken === undefined) throw new Error(`POST ${config.token_url}: ${response.status} ${body}`);
        return accessToken;
    };
    return () => (exchanged ??= exchange());
}

/** Call options: without them, Google's client would retry a failed call for a minute. */
const noRetry = { timeout: 10_000, retry: null };

function listings(client: SecretManagerServiceClient, { project_id: project }: Kwargs): Attempt[] {
    return [{ name: "ListSecrets", run: () => client.listSecrets({ parent: `projects/${project}` }, noRetry) }];
}

function writes(client: SecretManagerServiceClient, { project_id: project }: Kwargs, variable: string): Attempt[] {
    const parent = `projects/${project}`;
    const newId = `${variable}-probe`;
    const payload = { data: Buffer.from(testVariable.value) };
    return [
        {
            name: `AddSecretVersion ${variable}`,
            run: () => client.addSecretVersion({ parent: `${parent}/secrets/${variable}`, payload }, noRetry),
        },
        {
            name: `CreateSecret ${newId}`,
            run: () =>
                client.createSecret({ parent, secretId: newId, secret: { replication: { automatic: {} } } }, noRetry),
            undo: () => client.deleteSecret({ name: `${parent}/secrets/${newId}` }, noRetry),
        },
    ];
}

/** Attempts to gain more permissions than the conditional role binding grants. */
function escalations(kwargs: Kwargs, bearer: Bearer, fetch: ProbeArgs["fetch"]): Attempt[] {
    const { project_id: project, gcp_keyfile_dict: key } = kwargs;
    const call = async (method: string, host: string, path: string, body?: object): Promise<unknown> => {
        const response = await fetch(`https://${host}/v1/${path}`, {
            method,
            headers: {
                Authorization: `Bearer ${await bearer(host)}`,
                "Content-Type": "application/json",
            },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const answer: unknown = JSON.parse(await response.text());
        if (response.status !== 200) throw new RestError(response.status, answer);
        return answer;
    };
    const iam = "iam.googleapis.com";
    return [
        ...(key === undefined ? [] : keyEscalations(`projects/${project}/serviceAccounts/${key.client_email}`, call)),
        {
            name: "iam.serviceAccounts.create",
            run: () => call("POST", iam, `projects/${project}/serviceAccounts`, { accountId: "verify-probe" }),
            undo: () =>
                call(
                    "DELETE",
                    iam,
                    `projects/${project}/serviceAccounts/verify-probe@${project}.iam.gserviceaccount.com`,
                ),
        },
        {
            name: "resourcemanager.projects.getIamPolicy",
            run: () =>
                call("POST", "cloudresourcemanager.googleapis.com", `projects/${project}:getIamPolicy`, {
                    options: { requestedPolicyVersion: 3 },
                }),
        },
    ];
}

/** Attempts of a service account to get another key of its own. */
function keyEscalations(
    account: string,
    call: (method: string, host: string, path: string, body?: object) => Promise<unknown>,
): Attempt[] {
    const iam = "iam.googleapis.com";
    let created = "";
    return [
        {
            name: "iam.serviceAccountKeys.create",
            run: async () => {
                ({ name: created } = (await call("POST", iam, `${account}/keys`, {})) as { name: string });
            },
            undo: () => call("DELETE", iam, created),
        },
        { name: "iam.serviceAccountKeys.list", run: () => call("GET", iam, `${account}/keys`) },
    ];
}

class RestError extends Error {
    constructor(
        readonly code: number,
        answer: unknown,
    ) {
        const { data } = z.object({ error: z.object({ message: z.string() }) }).safeParse(answer);
        super(`${code} ${data?.error.message ?? ""}`);
    }
}

const errors: ServiceErrors = {
    isRefusal: (error) =>
        error instanceof RestError
            ? error.code === 403
            : error instanceof Error && "code" in error && error.code === status.PERMISSION_DENIED,
    describe: reasonOf,
};

/** Returns the prefix of the Deployment's variables' secret IDs. */
function prefixOf({ variables_prefix, sep }: Kwargs): string {
    return `${variables_prefix}${sep}`;
}
