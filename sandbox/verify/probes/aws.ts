import type { AwsReaderKwargs } from "../../../components/aws/probe";
import { testVariable } from "../../../airflow/testSecrets";
import { reasonOf } from "../../../lib/reason";
import { failed } from "../report";
import type { Attempt, ServiceErrors } from "./attempts";
import { clientConfig, regionOf, type ClientConfig } from "./awsClient";
import { escalations } from "./awsEscalations";
import { readKwargs, variablePrefix } from "./kwargs";
import { forEveryRefusal, type Probe } from "./probe";
import { runPlan } from "./probePlan";

/** What Secrets Manager and Parameter Store have in common: reading by name, listing, writing. */
export interface AwsStore {
    /** Name of the service in AWS hostnames. */
    readonly service: string;
    readonly backendClass: string;
    readonly kwargsSchema: AwsReaderKwargs;
    /** Returns the calls to try. Names are those of secrets or parameters. */
    readonly calls: (config: ClientConfig) => Calls;
}

interface Calls {
    readonly read: (name: string) => Attempt;
    readonly list: (prefix: string) => readonly Attempt[];
    /** Writes an existing secret or parameter, with its current value, and a new one. */
    readonly write: (existing: string, value: string, newName: string) => readonly Attempt[];
}

/** Returns a probe that tries, with a Deployment's own login, calls that must be refused. */
export function awsProbe({ service, backendClass, kwargsSchema, calls }: AwsStore): Probe {
    const variableReader = kwargsSchema.extend(variablePrefix);
    return async ({ deployment, neighbours, agent }) => {
        const read = readKwargs(deployment, backendClass, variableReader);
        if ("problem" in read) return forEveryRefusal(failed(read.problem));
        const { kwargs } = read;
        const prefix = prefixOf(kwargs);
        const region = regionOf(deployment, kwargs);
        const config = await clientConfig(deployment, kwargs, agent);
        const api = calls(config(`https://${service}.${region}.amazonaws.com`));
        const ownVariable = `${prefix}${testVariable.key}`;
        const neighbourPrefixes = neighbours
            .map((other) => ({ other, read: readKwargs(other, backendClass, variableReader) }))
            // A neighbour with an invalid environment fails in its own row.
            .flatMap(({ other, read: found }) =>
                "kwargs" in found && regionOf(other, found.kwargs) === region ? prefixOf(found.kwargs) : [],
            )
            // Deployments that share secrets by configuration do not count.
            .filter((other) => !other.startsWith(prefix));
        const outside = prefix.startsWith("/") ? "/verify-outside-airflow" : "verify-outside-airflow";
        const siblingPrefix = `${prefix.slice(0, -1)}-beside${prefix.slice(-1)}`;
        const foreignVariables = [...neighbourPrefixes, siblingPrefix].map((each) => `${each}${testVariable.key}`);
        return runPlan(
            {
                control: api.read(ownVariable),
                foreignReads: [...foreignVariables, outside].map(api.read),
                listings: api.list(prefix),
                writes: api.write(ownVariable, testVariable.value, `${prefix}verify_write_probe`),
                escalations: () => escalations(config, region),
            },
            errors,
        );
    };
}

/** The error names with which AWS services refuse a call. */
const refusals: readonly unknown[] = ["AccessDenied", "AccessDeniedException"];

const errors: ServiceErrors = {
    isRefusal: (error) => error instanceof Error && refusals.includes(error.name),
    describe: (error) => (error instanceof Error ? `${error.name}: ${reasonOf(error)}` : String(error)),
};

/** Returns the name prefix of the Deployment's variables. */
function prefixOf({ variables_prefix, sep }: { variables_prefix: string; sep: string }): string {
    return `${variables_prefix}${sep}`;
}
