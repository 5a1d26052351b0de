import {
    DeleteParameterCommand,
    DescribeParametersCommand,
    GetParameterCommand,
    GetParametersByPathCommand,
    PutParameterCommand,
    SSMClient,
} from "@aws-sdk/client-ssm";
import { parameterStoreClass } from "../../../components/aws/parameterStore";
import type { Attempt } from "./attempts";
import { parameterStoreReaderKwargs } from "../../../components/aws/probe";
import { awsProbe } from "./aws";

export const probeParameterStore = awsProbe({
    service: "ssm",
    backendClass: parameterStoreClass,
    kwargsSchema: parameterStoreReaderKwargs,
    calls(config) {
        const client = new SSMClient(config);
        const put = (name: string, value: string): Attempt => ({
            name: `PutParameter ${name}`,
            run: () =>
                client.send(
                    new PutParameterCommand({ Name: name, Value: value, Type: "SecureString", Overwrite: true }),
                ),
        });
        return {
            read: (name) => ({
                name: `GetParameter ${name}`,
                run: () => client.send(new GetParameterCommand({ Name: name, WithDecryption: true })),
            }),
            list: (prefix) => [
                {
                    name: `GetParametersByPath ${prefix}`,
                    run: () =>
                        client.send(
                            new GetParametersByPathCommand({ Path: prefix.replace(/\/$/, ""), Recursive: true }),
                        ),
                },
                { name: "DescribeParameters", run: () => client.send(new DescribeParametersCommand({})) },
            ],
            write: (existing, value, newName) => [
                put(existing, value),
                {
                    ...put(newName, "by verify"),
                    undo: () => client.send(new DeleteParameterCommand({ Name: newName })),
                },
            ],
        };
    },
});
