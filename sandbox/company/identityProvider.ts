import {
    CreateOpenIDConnectProviderCommand,
    EntityAlreadyExistsException,
    IAMClient,
    type IAMClientConfig,
} from "@aws-sdk/client-iam";
import { DEFAULT_AUDIENCE } from "../../components/aws/loginConfig";
import { ifFound } from "../../lib/ifFound";
import { ISSUER } from "../services/issuer";

/**
 * Tells AWS to check tokens of the cluster, as for every EKS cluster whose pods have roles. The stack does not do it.
 *
 * @param access the environment variables of AWS's administrator
 */
export async function registerIssuer(access: Readonly<Record<string, string>>): Promise<void> {
    const client = new IAMClient(configOf(access));
    const command = new CreateOpenIDConnectProviderCommand({ Url: ISSUER, ClientIDList: [DEFAULT_AUDIENCE] });
    await ifFound(client.send(command), (error) => error instanceof EntityAlreadyExistsException);
    client.destroy();
}

function configOf({
    AWS_ENDPOINT_URL: endpoint = "",
    AWS_REGION: region = "",
    AWS_ACCESS_KEY_ID: accessKeyId = "",
    AWS_SECRET_ACCESS_KEY: secretAccessKey = "",
}: Readonly<Record<string, string>>): IAMClientConfig {
    return { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
}
