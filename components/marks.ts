import type { Owner } from "./owner";

const MADE_BY = "airflow-secrets-backends";

/** What is written on a resource, by name. */
export type Marks = Readonly<Record<string, string>>;

/**
 * What is written on each resource that is created in a service: as tags in AWS and Azure, as annotations in Google
 * Cloud, as custom metadata in Vault. It tells a person and other stacks whose it is.
 */
export function marksOf({ project, stack, deployment }: Owner, shareSecrets: boolean): Marks {
    return {
        "made-by": MADE_BY,
        "pulumi-stack": `${project}/${stack}`,
        "airflow-deployment": deployment,
        ...(shareSecrets ? { "share-secrets": "true" } : {}),
    };
}

/** Returns the marks as lines of a text, for resources that have no tags: `begin` comes before each. */
export function markLines(marks: Marks, begin = ""): string[] {
    return Object.entries(marks).map(([name, value]) => `${begin}${name}: ${value}`);
}

/** Reads the marks in the lines of a text, see `markLines`. */
export function marksInLines(text: string, begin = ""): Marks {
    const entries = text.split("\n").flatMap((line): [string, string][] => {
        const [, name, value] = /^([a-z-]+): (.+)$/.exec(line.startsWith(begin) ? line.slice(begin.length) : "") ?? [];
        return name === undefined || value === undefined ? [] : [[name, value]];
    });
    return Object.fromEntries(entries);
}

/** Whose a resource is: a Deployment's of some stack, or not known. */
export type Holder =
    { readonly stack: string; readonly deployment: string; readonly sharesSecrets: boolean } | "unknown";

/** Reads the marks of a resource that was found in a service. */
export function holderOf(marks: Readonly<Record<string, unknown>> | undefined): Holder {
    const { "made-by": madeBy, "pulumi-stack": stack, "airflow-deployment": deployment } = marks ?? {};
    if (madeBy !== MADE_BY || typeof stack !== "string" || typeof deployment !== "string") {
        return "unknown";
    }
    return { stack, deployment, sharesSecrets: marks?.["share-secrets"] === "true" };
}

/** Returns who holds a resource, for messages. */
export function holderTitle({ stack, deployment }: Exclude<Holder, "unknown">): string {
    return `Deployment "${deployment}" of stack ${stack}`;
}

export function isHeldBy(holder: Holder, { project, stack, deployment }: Owner): boolean {
    return holder !== "unknown" && holder.stack === `${project}/${stack}` && holder.deployment === deployment;
}
