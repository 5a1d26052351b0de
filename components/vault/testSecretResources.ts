import type * as pulumi from "@pulumi/pulumi";
import { Secret } from "@pulumi/vault/kv/secret";
import { SecretV2 } from "@pulumi/vault/kv/secretV2";
import { ownTestSecrets } from "../existing";
import { placeResource } from "../names";
import type { Current } from "../owner";
import type { VaultScope } from "./airflow";
import type { Marks } from "../marks";
import { description } from "./marks";
import { testSecretsOf } from "./testSecrets";

export interface TestSecretArgs extends VaultScope {
    readonly namespace?: string | undefined;
    /** Whose they are. */
    readonly marks: Marks;
    /** Logical names of those that another stack created and shares. */
    readonly shared?: ReadonlySet<string> | undefined;
}

/** Creates the test secrets, without those that another stack shares. */
export function createTestSecrets(
    current: Current,
    args: TestSecretArgs,
    opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource[] {
    const { mount, kvVersion, namespace, marks } = args;
    const inNamespace = namespace === undefined ? {} : { namespace };
    return ownTestSecrets(current, testSecretsOf(args), args).map(({ role, path, fields }) => {
        const name = placeResource(current, role);
        if (kvVersion === 2) {
            const dataJson = JSON.stringify(fields);
            const customMetadata = { data: { ...marks } };
            // Without deleteAllVersions, `pulumi destroy` leaves old versions, and the path is still listed.
            const secret = { mount, name: path, dataJson, customMetadata, deleteAllVersions: true, ...inNamespace };
            return new SecretV2(name, secret, opts);
        }
        // Airflow takes the description for a part of the connection, and ignores it in a variable or beside a URI.
        const dataJson = JSON.stringify({ ...fields, description: description(marks) });
        return new Secret(name, { path: `${mount}/${path}`, dataJson, ...inNamespace }, opts);
    });
}
