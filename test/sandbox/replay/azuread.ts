import { AzureSubscription } from "../azure";
import type { ByHand, KnownDifference, Replayed } from "./replay";

const APP_NAME = "airflow.dev.indigo-pulsar-1618";

async function onGraph<T>({ sandbox }: Pick<ByHand, "sandbox">, work: (azure: AzureSubscription) => Promise<T>) {
    const azure = await AzureSubscription.open(sandbox);
    try {
        return await work(azure);
    } finally {
        await azure.close();
    }
}

/** What a placeholder stands for is deleted; `what` is `applications` or `servicePrincipals`. */
function deleted(what: string, placeholder: string) {
    return (world: ByHand) =>
        onGraph(world, (azure) => azure.graph("DELETE", `${what}/${String(world.placeholders.get(placeholder))}`));
}

function passwordRemoved(application: string, password: string) {
    return (world: ByHand) =>
        onGraph(world, (azure) => {
            const keyId = String(world.placeholders.get(password));
            const path = `applications/${String(world.placeholders.get(application))}/removePassword`;
            return azure.graph("POST", path, { keyId });
        });
}

const untold = (call: string): KnownDifference => ({
    type: "azuread:index/servicePrincipal:ServicePrincipal",
    call,
    path: /^response\.properties\.(applicationTenantId|signInAudience)$/,
    reason: "The stand-in for Graph did not tell of them when this was recorded; Graph does.",
});

/** The official plugin for Microsoft Entra ID. */
export const azuread: Replayed = {
    plugin: "azuread",
    recorded: 251,
    component: "AzureKeyVaultBackend",
    leftOut: {},
    differences: [untold("Create"), untold("Read")],
    given: (sandbox) =>
        onGraph({ sandbox }, async (azure) => {
            // Who ran Pulumi: the recording was made in three sandboxes, one after the other.
            const operator = await azure.operator();
            return { "id:1": operator, "id:20": operator, "id:29": operator };
        }),
    byHand: {
        "a client secret removed by hand: refresh": passwordRemoved("id:2", "id:6"),
        "a service principal deleted by hand: refresh": deleted("servicePrincipals", "id:5"),
        "an app registration deleted by hand: refresh": deleted("applications", "id:2"),
        "an app registration renamed by hand: refresh": (world) =>
            onGraph(world, (azure) => {
                const path = `applications/${String(world.placeholders.get("id:9"))}`;
                return azure.graph("PATCH", path, { displayName: "theirs" });
            }),
        "an app registration of the same name exists: preview": (world) =>
            onGraph(world, async (azure) => {
                const { body } = await azure.graph("POST", "applications", { displayName: APP_NAME });
                world.placeholders.bind("id:13", (body as { id: string }).id);
            }),
        "an app registration of the same name exists: then up": deleted("applications", "id:13"),
        "destroy with the client secret and the service principal gone": async (world) => {
            await passwordRemoved("id:14", "id:18")(world);
            await deleted("servicePrincipals", "id:17")(world);
        },
        "destroy with the app registration gone": deleted("applications", "id:14"),
        "destroy with the service principal gone": deleted("servicePrincipals", "id:24"),
        "destroy with the app registration and its service principal gone": deleted("applications", "id:25"),
        "destroy with the app registration alone left, and gone": deleted("applications", "id:30"),
    },
};
