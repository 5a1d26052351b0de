import { getRole } from "@pulumi/aws/iam/getRole";
import { getUser } from "@pulumi/aws/iam/getUser";
import { getResources } from "@pulumi/aws/resourcegroupstaggingapi/getResources";
import { getSecret } from "@pulumi/aws/secretsmanager/getSecret";
import { getParameter } from "@pulumi/aws/ssm/getParameter";
import { secretName } from "../../airflow/scope";
import { testSecretsIn } from "../../airflow/testSecrets";
import { ifFound } from "../../lib/ifFound";
import type { BackendDeployment } from "../backend";
import type { ClaimLookup, Found } from "../claims";
import { identityResource, placeResource } from "../names";
import type { AwsConfig } from "./config";
import { awsIdentityName } from "./identity";
import { parameterStorePrefixes } from "./parameterStore";
import { secretsManagerPrefixes } from "./secretsManager";

/** Matches AWS's errors about a missing permission. */
export const awsDenied = /AccessDenied|not authorized to perform|UnauthorizedOperation/;

export const isNotFound = (error: unknown): boolean =>
    /couldn't find resource|NoSuchEntity|ResourceNotFound|ParameterNotFound|empty result/.test(String(error));

/** Returns how to find what already has the names of the Deployment's user or role and of its test secrets. */
export function awsLookups(deployment: BackendDeployment<AwsConfig>): ClaimLookup[] {
    const { current, pods, testSecrets } = deployment;
    const name = awsIdentityName(current);
    const [part, find] = pods === undefined ? (["user", findUser] as const) : (["role", findRole] as const);
    return [
        {
            name: identityResource(current, part),
            title: `the IAM ${part} "${name}"`,
            wayOut: `Rename or delete it, or use another scope: the Deployment's ${part} then has another name`,
            find: () => find(name),
        },
        ...(testSecrets ? testSecretLookups(deployment) : []),
    ];
}

async function findUser(userName: string): Promise<Found | undefined> {
    const found = await ifFound(getUser({ userName }), isNotFound);
    return found === undefined ? undefined : { id: userName, marks: found.tags };
}

async function findRole(name: string): Promise<Found | undefined> {
    const found = await ifFound(getRole({ name }), isNotFound);
    return found === undefined ? undefined : { id: name, marks: found.tags };
}

function testSecretLookups({ current, backend }: BackendDeployment<AwsConfig>): ClaimLookup[] {
    const { region } = backend;
    const isSecret = backend.kind === "aws-secrets-manager";
    const prefixes = isSecret ? secretsManagerPrefixes(backend) : parameterStorePrefixes(backend);
    return testSecretsIn(backend).map(({ role, kind, key }) => {
        const name = secretName(prefixes, kind, key);
        return {
            name: placeResource(current, role),
            title: `the ${isSecret ? "secret" : "parameter"} "${name}" in ${region}`,
            find: () => (isSecret ? findSecret(name, region) : findParameter(name, region)),
        };
    });
}

async function findSecret(name: string, region: string): Promise<Found | undefined> {
    const found = await ifFound(getSecret({ name, region }), isNotFound);
    return found === undefined ? undefined : { id: inRegion(found.arn, region), marks: found.tags };
}

async function findParameter(name: string, region: string): Promise<Found | undefined> {
    // Nobody needs its value, so it is not decrypted.
    const found = await ifFound(getParameter({ name, region, withDecryption: false }), isNotFound);
    if (found === undefined) {
        return undefined;
    }
    // The provider returns a parameter without its tags.
    const { resourceTagMappingLists } = await getResources({ region, resourceArnLists: [found.arn] });
    return { id: inRegion(name, region), marks: resourceTagMappingLists[0]?.tags };
}

/** Returns the id for an import from a region, which may be another one than the provider's. */
function inRegion(id: string, region: string): string {
    return `${id}@${region}`;
}
