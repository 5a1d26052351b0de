import { AzureSubscription } from "../azure";
import type { ManualContext, KnownDifference, ReplayCase } from "./replay";

const APP_NAME = "airflow.dev.indigo-pulsar-1618";

async function withAzure<T>(
    { sandbox }: Pick<ManualContext, "sandbox">,
    work: (azure: AzureSubscription) => Promise<T>,
) {
    const azure = await AzureSubscription.open(sandbox);
    try {
        return await work(azure);
    } finally {
        await azure.close();
    }
}

/**
 * Returns a manual step that deletes the object whose ID is the value of a placeholder.
 *
 * @param collection `applications` or `servicePrincipals`
 */
function deleteObject(collection: string, placeholder: string) {
    return (context: ManualContext) =>
        withAzure(context, (azure) =>
            azure.graph("DELETE", `${collection}/${String(context.placeholders.get(placeholder))}`),
        );
}

function removePassword(application: string, password: string) {
    return (context: ManualContext) =>
        withAzure(context, (azure) => {
            const keyId = String(context.placeholders.get(password));
            const path = `applications/${String(context.placeholders.get(application))}/removePassword`;
            return azure.graph("POST", path, { keyId });
        });
}

const missingInRecording = (call: string): KnownDifference => ({
    type: "azuread:index/servicePrincipal:ServicePrincipal",
    call,
    path: /^response\.properties\.(applicationTenantId|signInAudience)$/,
    reason: "The stand-in for Graph did not return them when this was recorded; Graph does.",
});

/** The replay of the official plugin for Microsoft Entra ID. */
export const azuread: ReplayCase = {
    plugin: "azuread",
    recorded: 251,
    component: "AzureKeyVaultBackend",
    leftOut: {},
    differences: [missingInRecording("Create"), missingInRecording("Read")],
    initialPlaceholders: (sandbox) =>
        withAzure({ sandbox }, async (azure) => {
            // The identity that ran Pulumi. It has three placeholders because the recording was made in three
            // sandboxes, one after the other.
            const administratorId = await azure.administratorId();
            return { "id:1": administratorId, "id:20": administratorId, "id:29": administratorId };
        }),
    manualSteps: {
        "a client secret removed by hand: refresh": removePassword("id:2", "id:6"),
        "a service principal deleted by hand: refresh": deleteObject("servicePrincipals", "id:5"),
        "an app registration deleted by hand: refresh": deleteObject("applications", "id:2"),
        "an app registration renamed by hand: refresh": (context) =>
            withAzure(context, (azure) => {
                const path = `applications/${String(context.placeholders.get("id:9"))}`;
                return azure.graph("PATCH", path, { displayName: "theirs" });
            }),
        "an app registration of the same name exists: preview": (context) =>
            withAzure(context, async (azure) => {
                const { body } = await azure.graph("POST", "applications", { displayName: APP_NAME });
                context.placeholders.bind("id:13", (body as { id: string }).id);
            }),
        "an app registration of the same name exists: then up": deleteObject("applications", "id:13"),
        "destroy with the client secret and the service principal gone": async (context) => {
            await removePassword("id:14", "id:18")(context);
            await deleteObject("servicePrincipals", "id:17")(context);
        },
        "destroy with the app registration gone": deleteObject("applications", "id:14"),
        "destroy with the service principal gone": deleteObject("servicePrincipals", "id:24"),
        "destroy with the app registration and its service principal gone": deleteObject("applications", "id:25"),
        "destroy with the app registration alone left, and gone": deleteObject("applications", "id:30"),
    },
};
