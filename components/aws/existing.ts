import { getAccessKeys } from "@pulumi/aws/iam/getAccessKeys";
import { getSecret } from "@pulumi/aws/secretsmanager/getSecret";
import { getSecretVersion } from "@pulumi/aws/secretsmanager/getSecretVersion";
import { getParameter } from "@pulumi/aws/ssm/getParameter";
import { secretName } from "../../airflow/scope";
import { testSecretTexts } from "../../airflow/testSecrets";
import { ifFound } from "../../lib/ifFound";
import type { BackendDeployment } from "../backend";
import { findExisting, type ExistingIds, type Lookup } from "../existing";
import { identityResource, placeResource } from "../names";
import type { AwsConfig } from "./config";
import { awsUserName } from "./identity";
import { parameterStorePrefixes } from "./parameterStore";
import { secretsManagerPrefixes } from "./secretsManager";

const isNotFound = (error: unknown): boolean =>
    /couldn't find resource|NoSuchEntity|ResourceNotFound|ParameterNotFound|empty result/.test(String(error));

/** Looks for the Deployment's user and test secrets if an interrupted run may have created them. */
export function findExistingInAws(deployment: BackendDeployment<AwsConfig>): Promise<ExistingIds> {
    const { current, mayExist } = deployment;
    const user: Lookup = {
        name: identityResource(current, "user"),
        find: () => unusedUser(awsUserName(current)),
    };
    return findExisting([user, ...(deployment.testSecrets ? testSecrets(deployment) : [])], mayExist);
}

/** Returns the id of a user without an access key. The interrupted run had not given it one; a user in use has one. */
async function unusedUser(user: string): Promise<string | undefined> {
    const found = await ifFound(getAccessKeys({ user }), isNotFound);
    return found?.accessKeys.length === 0 ? user : undefined;
}

function testSecrets({ current, backend }: BackendDeployment<AwsConfig>): Lookup[] {
    const { region } = backend;
    return testSecretTexts.map(({ role, kind, key, text }) => ({
        name: placeResource(current, role),
        find: () =>
            backend.kind === "aws-secrets-manager"
                ? ownSecret(secretName(secretsManagerPrefixes(backend), kind, key), region, text)
                : ownParameter(secretName(parameterStorePrefixes(backend), kind, key), region, text),
    }));
}

/** Returns the ARN of a secret without a value, or with the test secret's: any other is somebody else's. */
async function ownSecret(name: string, region: string, text: string): Promise<string | undefined> {
    const found = await ifFound(getSecret({ name, region }), isNotFound);
    if (found === undefined) {
        return undefined;
    }
    const version = await ifFound(getSecretVersion({ secretId: found.arn, region }), isNotFound);
    return version === undefined || version.secretString === text ? inRegion(found.arn, region) : undefined;
}

async function ownParameter(name: string, region: string, text: string): Promise<string | undefined> {
    const found = await ifFound(getParameter({ name, region, withDecryption: true }), isNotFound);
    return found?.value === text ? inRegion(name, region) : undefined;
}

/** Returns the id for an import from a region, which may be another one than the provider's. */
function inRegion(id: string, region: string): string {
    return `${id}@${region}`;
}
