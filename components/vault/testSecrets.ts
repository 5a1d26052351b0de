import type * as pulumi from "@pulumi/pulumi";
import { Secret } from "@pulumi/vault/kv/secret";
import { SecretV2 } from "@pulumi/vault/kv/secretV2";
import { testJsonConnection, testUriConnection, testVariable } from "../../airflow/testSecrets";
import { placeResource } from "../names";
import type { Current } from "../owner";
import { vaultPaths, type VaultScope } from "./airflow";

/** Creates the test variable and the two test connections where the Deployment's Airflow looks for them. */
export function vaultTestSecrets(
    current: Current,
    args: VaultScope & { readonly namespace?: string | undefined },
    opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource[] {
    const inNamespace = args.namespace === undefined ? {} : { namespace: args.namespace };
    const { variables, connections } = vaultPaths(args);

    return [
        write("test-variable", `${variables}/${testVariable.key}`, { value: testVariable.value }),
        write("test-connection-uri", `${connections}/${testUriConnection.id}`, { conn_uri: testUriConnection.uri }),
        write("test-connection-json", `${connections}/${testJsonConnection.id}`, testJsonConnection.fields),
    ];

    function write(role: string, path: string, fields: object): pulumi.CustomResource {
        const dataJson = JSON.stringify(fields);
        if (args.kvVersion === 2) {
            // Without deleteAllVersions, `pulumi destroy` leaves old versions, and the path is still listed.
            const secret = { mount: args.mount, name: path, dataJson, deleteAllVersions: true, ...inNamespace };
            return new SecretV2(placeResource(current, role), secret, opts);
        }
        const secret = { path: `${args.mount}/${path}`, dataJson, ...inNamespace };
        return new Secret(placeResource(current, role), secret, opts);
    }
}
