import type { SecretManagerServiceClient } from "@google-cloud/secret-manager";
import { status } from "@grpc/grpc-js";
import { z } from "zod";
import { gcpSecretManagerClass } from "../../../components/gcp/airflow";
import { testVariable } from "../../../airflow/testSecrets";
import { reasonOf } from "../../../lib/reason";
import { failed } from "../report";
import type { Answers, Attempt } from "./attempts";
import { secretManagerThroughEdge, selfSignedToken } from "./googleClient";
import { readKwargs } from "./kwargs";
import { forEveryRefusal, type Probe, type ProbeArgs } from "./probe";
import { tryAll } from "./trial";

/** What Airflow would read of the keyword arguments, with its own defaults. */
const kwargsSchema = z.object({
    variables_prefix: z.string().default("airflow-variables"),
    sep: z.string().default("-"),
    project_id: z.string(),
    gcp_keyfile_dict: z.object({ client_email: z.string(), private_key: z.string(), private_key_id: z.string() }),
});

type Kwargs = z.infer<typeof kwargsSchema>;

export const probeGcp: Probe = async ({ deployment, neighbours, fetch, edge }) => {
    const read = readKwargs(deployment, gcpSecretManagerClass, kwargsSchema);
    if ("problem" in read) return forEveryRefusal(failed(read.problem));
    const own = read.kwargs;
    const client = secretManagerThroughEdge({ project: own.project_id, key: own.gcp_keyfile_dict }, edge);
    try {
        const access = (id: string): Attempt => ({
            what: `AccessSecretVersion ${id}`,
            run: () =>
                client.accessSecretVersion({ name: `projects/${own.project_id}/secrets/${id}/versions/latest` }, once),
        });
        const prefix = prefixOf(own);
        const variable = `${prefix}${testVariable.key}`;
        const foreign = neighbours
            .map((other) => readKwargs(other, gcpSecretManagerClass, kwargsSchema))
            // A neighbour whose own environment is no good says so in its own row.
            .flatMap((other) => ("kwargs" in other && other.kwargs.project_id === own.project_id ? other.kwargs : []))
            .map(prefixOf)
            // Two Deployments that were told to share their secrets.
            .filter((other) => !other.startsWith(prefix));
        const beside = `${prefix.slice(0, -own.sep.length)}${own.sep === "-" ? "_" : "-"}beside`;
        const strangers = [...foreign.map((each) => `${each}${testVariable.key}`), beside, "verify-outside-airflow"];
        return await tryAll(
            {
                own: access(variable),
                strangers: strangers.map(access),
                listings: listings(client, own),
                writes: writes(client, own, variable),
                escalations: () => escalations(own, fetch),
            },
            answers,
        );
    } finally {
        await client.close();
    }
};

/** Google's client would try again for a minute what is not to be had. */
const once = { timeout: 10_000, retry: null };

function listings(client: SecretManagerServiceClient, { project_id: project }: Kwargs): Attempt[] {
    return [{ what: "ListSecrets", run: () => client.listSecrets({ parent: `projects/${project}` }, once) }];
}

function writes(client: SecretManagerServiceClient, { project_id: project }: Kwargs, variable: string): Attempt[] {
    const parent = `projects/${project}`;
    const fresh = `${variable}-probe`;
    const payload = { data: Buffer.from(testVariable.value) };
    return [
        {
            what: `AddSecretVersion ${variable}`,
            run: () => client.addSecretVersion({ parent: `${parent}/secrets/${variable}`, payload }, once),
        },
        {
            what: `CreateSecret ${fresh}`,
            run: () =>
                client.createSecret({ parent, secretId: fresh, secret: { replication: { automatic: {} } } }, once),
            undo: () => client.deleteSecret({ name: `${parent}/secrets/${fresh}` }, once),
        },
    ];
}

/** Ways to more rights than the condition gives. */
function escalations(own: Kwargs, fetch: ProbeArgs["fetch"]): Attempt[] {
    const { project_id: project, gcp_keyfile_dict: key } = own;
    const account = `projects/${project}/serviceAccounts/${key.client_email}`;
    const call = async (method: string, host: string, path: string, body?: object): Promise<unknown> => {
        const response = await fetch(`https://${host}/v1/${path}`, {
            method,
            headers: {
                Authorization: `Bearer ${await selfSignedToken(key, host)}`,
                "Content-Type": "application/json",
            },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const answer: unknown = JSON.parse(await response.text());
        if (response.status !== 200) throw new RestError(response.status, answer);
        return answer;
    };
    const iam = "iam.googleapis.com";
    let made = "";
    return [
        {
            what: "iam.serviceAccountKeys.create",
            run: async () => {
                ({ name: made } = (await call("POST", iam, `${account}/keys`, {})) as { name: string });
            },
            undo: () => call("DELETE", iam, made),
        },
        { what: "iam.serviceAccountKeys.list", run: () => call("GET", iam, `${account}/keys`) },
        {
            what: "iam.serviceAccounts.create",
            run: () => call("POST", iam, `projects/${project}/serviceAccounts`, { accountId: "verify-probe" }),
            undo: () =>
                call(
                    "DELETE",
                    iam,
                    `projects/${project}/serviceAccounts/verify-probe@${project}.iam.gserviceaccount.com`,
                ),
        },
        {
            what: "resourcemanager.projects.getIamPolicy",
            run: () =>
                call("POST", "cloudresourcemanager.googleapis.com", `projects/${project}:getIamPolicy`, {
                    options: { requestedPolicyVersion: 3 },
                }),
        },
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

const answers: Answers = {
    isRefusal: (error) =>
        error instanceof RestError
            ? error.code === 403
            : error instanceof Error && "code" in error && error.code === status.PERMISSION_DENIED,
    describe: reasonOf,
};

/** What the ids of the Deployment's variables begin with. */
function prefixOf({ variables_prefix, sep }: Kwargs): string {
    return `${variables_prefix}${sep}`;
}
