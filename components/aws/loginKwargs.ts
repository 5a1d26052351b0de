import { z } from "zod";

/**
 * The keyword arguments with which Airflow logs in to AWS. It passes them on as the extra of an AWS connection:
 * https://airflow.apache.org/docs/apache-airflow-providers-amazon/stable/connections/aws.html
 */

/** Returns those for an access key. They go before `AWS_ACCESS_KEY_ID` and every other login of the process. */
export function accessKeyKwargs<Text>(
    region: string,
    { accessKeyId, secretAccessKey }: { readonly accessKeyId: Text; readonly secretAccessKey: Text },
) {
    return { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey, region_name: region };
}

/** Returns those for a role that is taken with the token in a file. Airflow reads the file at each login. */
export function webIdentityKwargs<Text>(region: string, roleArn: Text, tokenFile: string) {
    return {
        role_arn: roleArn,
        assume_role_method: "assume_role_with_web_identity",
        assume_role_with_web_identity_federation: "file",
        assume_role_with_web_identity_token_file: tokenFile,
        region_name: region,
    };
}

/** The arguments that a probe needs to log in. */
export const loginReader = {
    aws_access_key_id: z.string().optional(),
    aws_secret_access_key: z.string().optional(),
    region_name: z.string().optional(),
    role_arn: z.string().optional(),
};
