import { prefixesIn } from "../../airflow/kwargs";
import { isMapping } from "../../lib/json";
import type { HttpResponse } from "../../lib/http";
import { azureKeyVaultClass } from "./airflow";
import { azureAppLogin, azureReaderKwargs, azureTokenRequest, type AzureAppLogin } from "./client";
import { jsonBody, judgeRead, probeCall, ProbeError, probeOf, statusText, textField, type Judgement } from "../probe";

/** Logs in with the client secret or a token of the pods, and reads from the vault. */
export const probeAzure = probeOf(azureKeyVaultClass, azureReaderKwargs, prefixesIn, async (kwargs, env, token) => {
    const { vault_url: vault, sep } = kwargs;
    const accessToken = await logIn(azureAppLogin(kwargs, env, token));
    return async ({ name, exists }) => {
        const url = `${vault.replace(/\/+$/, "")}/secrets/${name.replaceAll("_", sep)}`;
        const headers = { authorization: `Bearer ${accessToken}` };
        const response = await probeCall(`${url}?api-version=7.4`, { method: "GET", headers });
        const problem = judgeRead(response.status, exists, () => refusalOf(response));
        if (problem !== undefined) {
            const { error } = jsonBody(response);
            const text = textField(error, "message") ?? response.text;
            throw new ProbeError({
                call: `GET ${url}`,
                answer: statusText({ status: response.status, text }),
                ...problem,
            });
        }
    };
});

async function logIn(login: AzureAppLogin): Promise<string> {
    const { url, request } = azureTokenRequest(login, "https://vault.azure.net");
    const response = await probeCall(url, request);
    const body = jsonBody(response);
    const token = textField(body, "access_token");
    if (token === undefined) {
        const text = textField(body, "error_description") ?? response.text;
        throw new ProbeError({
            call: `POST ${url}`,
            answer: statusText({ status: response.status, text }),
            ...loginProblem(text),
        });
    }
    return token;
}

/** The codes: https://learn.microsoft.com/entra/identity-platform/reference-error-codes. */
function loginProblem(text: string): Judgement {
    if (text.includes("AADSTS53003")) {
        return {
            kind: "unreachable",
            cause: "A Conditional Access policy does not accept this machine's address",
            mayPass: "no",
        };
    }
    return loginRefusals.find(({ codes }) => codes.test(text))?.judgement ?? unknownApp;
}

const unknownApp: Judgement = {
    kind: "refused",
    cause: "Microsoft Entra ID does not know the app or its credential everywhere yet",
    mayPass: "late",
};

/** What Microsoft Entra ID says about a token of the pods. */
const loginRefusals: readonly { readonly codes: RegExp; readonly judgement: Judgement }[] = [
    {
        codes: /AADSTS70021\d*\b/,
        judgement: {
            kind: "refused",
            cause:
                "The app's federated credential is not known everywhere yet, or backend.issuer is not, character by " +
                "character, the issuer of the cluster's tokens",
            mayPass: "late",
        },
    },
    {
        codes: /AADSTS(50166\d?|90061)\b/,
        judgement: {
            kind: "refused",
            cause:
                "Microsoft Entra ID cannot read the keys of the cluster's tokens: the issuer's " +
                "/.well-known/openid-configuration has to be reachable from the internet",
            mayPass: "soon",
        },
    },
    {
        codes: /AADSTS(700024|700027|50013)\b/,
        judgement: {
            kind: "refused",
            cause: "The cluster's clock is wrong, or the issuer does not publish the key that signs the cluster's tokens",
            mayPass: "no",
        },
    },
];

/** The codes: https://learn.microsoft.com/azure/key-vault/general/rest-error-codes. */
function refusalOf(response: HttpResponse): Judgement {
    const { error } = jsonBody(response);
    const code = textField(isMapping(error) ? error.innererror : undefined, "code");
    if (code === "ForbiddenByFirewall" || code === "ForbiddenByConnection") {
        return {
            kind: "unreachable",
            cause: "The vault's network settings do not accept this machine's address",
            mayPass: "no",
        };
    }
    return { kind: "refused", cause: "The app's grant is not in force everywhere yet", mayPass: "late" };
}
