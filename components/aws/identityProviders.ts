import { getOpenIdConnectProvider } from "@pulumi/aws/iam/getOpenIdConnectProvider";
import * as pulumi from "@pulumi/pulumi";
import { ifFound } from "../../lib/ifFound";
import { reasonOf } from "../../lib/reason";
import type { AwsAccount } from "./airflow";
import { awsDenied, isNotFound } from "./existing";
import { oidcProviderArn } from "./trustPolicy";
import type { BackendDeployment } from "../backend";

/** The parts of a Deployment that say whose tokens its role trusts. */
type Trusting = Pick<BackendDeployment<{ readonly issuer?: string | undefined }>, "name" | "backend" | "pods">;

/**
 * Checks that the account has an identity provider for each issuer whose tokens a role will trust, and that it lists the
 * tokens' audience. Without them, AWS refuses every login. Warns if Pulumi's login may not look.
 */
export async function findProviderProblems(deployments: readonly Trusting[], account: AwsAccount): Promise<string[]> {
    const issuers = new Set(deployments.flatMap(({ backend: { issuer = [] }, pods }) => (pods ? issuer : [])));
    const found = await Promise.all(
        [...issuers].map(async (issuer) => {
            const trusting = deployments.filter(({ backend, pods }) => backend.issuer === issuer && pods !== undefined);
            const audiences = await audiencesOf(issuer);
            return audiences === "unknown" ? [] : problemsWith(issuer, audiences, trusting, account);
        }),
    );
    return found.flat();
}

/** Returns the audiences that the issuer's provider lists; `undefined` if there is no such provider. */
async function audiencesOf(issuer: string): Promise<readonly string[] | undefined | "unknown"> {
    try {
        return (await ifFound(getOpenIdConnectProvider({ url: issuer }), isNotFound))?.clientIdLists;
    } catch (error) {
        const reason = reasonOf(error);
        if (!awsDenied.test(reason)) {
            throw new pulumi.RunError(
                `Cannot find out whether AWS has an identity provider for ${issuer}: ${reason}. Nothing was changed.`,
            );
        }
        await pulumi.log.warn(
            `Cannot find out whether AWS has an identity provider for ${issuer} (${reason}). If not, AWS refuses the logins ` +
                "of the Deployments that trust its tokens. docs/aws.md lists the permissions for this check.",
        );
        return "unknown";
    }
}

function problemsWith(
    issuer: string,
    audiences: readonly string[] | undefined,
    trusting: readonly Trusting[],
    account: AwsAccount,
): string[] {
    return trusting.flatMap(({ name, pods }) => {
        const audience = pods?.audience ?? "";
        if (audiences === undefined) {
            return [
                `Deployment ${name}: AWS account ${account.accountId} has no identity provider for the issuer ${issuer}, ` +
                    "so that it cannot check the tokens of the pods. Create one (aws iam create-open-id-connect-provider " +
                    `--url ${issuer} --client-id-list ${audience}), or correct issuer`,
            ];
        }
        return audiences.includes(audience)
            ? []
            : [
                  `Deployment ${name}: the identity provider for ${issuer} in AWS does not list the audience "${audience}" ` +
                      `of the pods' tokens, but ${audiences.map((each) => `"${each}"`).join(", ") || "none"}. Write one of ` +
                      "them as audience, or add it (aws iam add-client-id-to-open-id-connect-provider --client-id " +
                      `${audience} --open-id-connect-provider-arn ${oidcProviderArn(account, issuer)})`,
              ];
    });
}
