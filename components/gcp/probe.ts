import { prefixesIn } from "../../airflow/kwargs";
import type { HttpResponse } from "../../lib/http";
import { gcpSecretManagerClass } from "./airflow";
import { gcpReaderKwargs, selfSignedToken } from "./client";
import { jsonBody, judgeRead, probeCall, ProbeError, probeOf, statusText, textField, type Judgement } from "../probe";

const HOST = "secretmanager.googleapis.com";

/** Signs a token with the service account's key, and reads the latest version of secrets. */
export const probeGcp = probeOf(gcpSecretManagerClass, gcpReaderKwargs, prefixesIn, async (kwargs) => {
    const { project_id: project } = kwargs;
    const token = await selfSignedToken(kwargs.gcp_keyfile_dict, HOST);
    return async ({ name, exists }) => {
        const url = `https://${HOST}/v1/projects/${project}/secrets/${name}/versions/latest:access`;
        const response = await probeCall(url, { method: "GET", headers: { authorization: `Bearer ${token}` } });
        const problem = judgeRead(response.status, exists, () => refusalOf(response));
        if (problem !== undefined) {
            throw new ProbeError({ call: `GET ${url}`, answer: answerOf(response), ...problem });
        }
    };
});

/** Google Cloud's IAM is eventually consistent: https://cloud.google.com/iam/docs/access-change-propagation. */
function refusalOf({ status, text }: HttpResponse): Judgement {
    if (status === 403 && /VPC_SERVICE_CONTROLS|vpcServiceControls/.test(text)) {
        return {
            kind: "unreachable",
            cause: "A perimeter of VPC Service Controls keeps this machine outside",
            mayPass: "no",
        };
    }
    if (status === 401) {
        return { kind: "refused", cause: "The service account's key is not known everywhere yet", mayPass: "late" };
    }
    return {
        kind: "refused",
        cause: "The role of the service account is not in force everywhere yet",
        mayPass: "late",
    };
}

function answerOf(response: HttpResponse): string {
    const { error } = jsonBody(response);
    return statusText({ status: response.status, text: textField(error, "message") ?? response.text });
}
