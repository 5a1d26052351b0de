import { prefixesIn } from "../../airflow/kwargs";
import type { HttpResponse } from "../../lib/http";
import { gcpSecretManagerClass } from "./airflow";
import { accessTokenIn, exchangeForm, gcpReaderKwargs, selfSignedToken, type TokenExchange } from "./client";
import { jsonBody, judgeRead, probeCall, ProbeError, probeOf, statusText, textField, type Judgement } from "../probe";

const HOST = "secretmanager.googleapis.com";

/**
 * Logs in with a token that is signed with the service account's key, or with the pods' own token, and reads the latest
 * version of secrets.
 */
export const probeGcp = probeOf(gcpSecretManagerClass, gcpReaderKwargs, prefixesIn, async (kwargs, _env, token) => {
    const { project_id: project, gcp_keyfile_dict: key, gcp_credential_config_file: config } = kwargs;
    const bearer = await accessToken();
    const identity = key === undefined ? "pods" : "service account";
    return async ({ name, exists }) => {
        const url = `https://${HOST}/v1/projects/${project}/secrets/${name}/versions/latest:access`;
        const response = await probeCall(url, { method: "GET", headers: { authorization: `Bearer ${bearer}` } });
        const problem = judgeRead(response.status, exists, () => refusalOf(response, identity));
        if (problem !== undefined) {
            throw new ProbeError({ call: `GET ${url}`, answer: answerOf(response), ...problem });
        }
    };

    function accessToken(): Promise<string> {
        if (key !== undefined) {
            return selfSignedToken(key, HOST);
        }
        if (config === undefined || token === undefined) {
            throw new Error("there is neither a key nor a token to log in with");
        }
        return exchange(config, token);
    }
});

/** Exchanges a token of the pods for an access token. No answer with a token in it becomes part of a message. */
async function exchange(config: TokenExchange, token: string): Promise<string> {
    const response = await probeCall(config.token_url, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: exchangeForm(config, token).toString(),
    });
    const accessToken = accessTokenIn(response.text);
    if (response.status === 200 && accessToken !== undefined) {
        return accessToken;
    }
    const { error, error_description: text } = jsonBody(response);
    throw new ProbeError({
        call: `POST ${config.token_url}`,
        answer: typeof text === "string" ? `${String(error)}: ${text}` : answerOf(response),
        ...exchangeRefusal(error),
    });
}

/** Judges why the token endpoint refuses: https://cloud.google.com/iam/docs/troubleshooting-workload-identity-federation */
function exchangeRefusal(error: unknown): Judgement {
    switch (error) {
        case "invalid_target":
            return { kind: "refused", cause: "The pool or its provider is new, disabled or deleted", mayPass: "soon" };
        case "unauthorized_client":
            return { kind: "refused", cause: "The provider's attribute condition excludes the pods", mayPass: "no" };
        case "invalid_grant":
            return { kind: "refused", cause: "The provider does not trust this cluster's tokens", mayPass: "no" };
        default:
            return { kind: "refused", mayPass: "no" };
    }
}

/** Google Cloud's IAM is eventually consistent: https://cloud.google.com/iam/docs/access-change-propagation. */
function refusalOf({ status, text }: HttpResponse, identity: "service account" | "pods"): Judgement {
    if (status === 403 && /VPC_SERVICE_CONTROLS|vpcServiceControls/.test(text)) {
        return {
            kind: "unreachable",
            cause: "A perimeter of VPC Service Controls keeps this machine outside",
            mayPass: "no",
        };
    }
    if (status === 401) {
        const login = identity === "pods" ? "pods' login" : "service account's key";
        return { kind: "refused", cause: `The ${login} is not known everywhere yet`, mayPass: "late" };
    }
    return {
        kind: "refused",
        cause: `The role of the ${identity} is not in force everywhere yet`,
        mayPass: "late",
    };
}

function answerOf(response: HttpResponse): string {
    const { error } = jsonBody(response);
    return statusText({ status: response.status, text: textField(error, "message") ?? response.text });
}
