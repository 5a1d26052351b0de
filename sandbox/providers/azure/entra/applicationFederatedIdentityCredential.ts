import type { Properties } from "../../../../provider/resourceType";
import type { BridgedType } from "../../bridge/schema";
import { withErrorPrefix } from "../../withErrorPrefix";
import { objectIdIn } from "./application";
import { graph, graphIfFound, textOrEmpty } from "./graphCalls";

/** `azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential` */
export const applicationFederatedIdentityCredential: BridgedType = {
    properties: {
        applicationId: { input: "required", replaces: true },
        audiences: { input: "required", form: "list" },
        credentialId: { computed: true },
        description: { input: "optional" },
        displayName: { input: "required", replaces: true },
        issuer: { input: "required" },
        subject: { input: "required" },
    },
    meta: { timeoutMinutes: { create: 15, delete: 5, read: 5, update: 5 } },
    async create(inputs) {
        const application = objectIdIn(String(inputs.applicationId));
        const { id: keyId } = await withErrorPrefix(
            `Adding federated identity credential for Application (Application: "${application}"): `,
            graph({ method: "POST", path: pathOf({ application }), body: requestBody(inputs) }),
        );
        const id = `${application}/federatedIdentityCredential/${keyId}`;
        return { id, outputs: { ...inputs, ...(await readCredential(id)) } };
    },
    async read(id) {
        return readCredential(id);
    },
    async update(id, inputs) {
        const { application, keyId } = parseId(id);
        await withErrorPrefix(
            `Updating federated identity credential with ID "${keyId}" for application with object ID "${application}": `,
            graph({ method: "PATCH", path: pathOf({ application, keyId }), body: requestBody(inputs) }),
        );
        return { ...inputs, ...(await readCredential(id)) };
    },
    async delete(id) {
        const { application, keyId } = parseId(id);
        const credential = `Application: "${application}"\nFederated Identity Credential: "${keyId}"`;
        await withErrorPrefix(
            `Removing Application Id Federated Identity Credential (${credential}): `,
            graph({ method: "DELETE", path: pathOf({ application, keyId }) }),
        );
    },
};

function parseId(id: string): { application: string; keyId: string } {
    const [application = "", , keyId = ""] = id.split("/");
    return { application, keyId };
}

function pathOf({ application, keyId }: { application: string; keyId?: string }): string {
    const all = `/applications/${application}/federatedIdentityCredentials`;
    return keyId === undefined ? all : `${all}/${keyId}`;
}

function requestBody({ audiences, description, displayName, issuer, subject }: Properties): Properties {
    return { audiences, description: description ?? null, issuer, name: displayName, subject };
}

async function readCredential(id: string): Promise<Properties | undefined> {
    const { application, keyId } = parseId(id);
    const found = await graphIfFound({ method: "GET", path: pathOf({ application, keyId }) });
    return found === undefined
        ? undefined
        : {
              applicationId: `/applications/${application}`,
              audiences: found.audiences,
              credentialId: keyId,
              description: textOrEmpty(found.description),
              displayName: found.name,
              issuer: found.issuer,
              subject: found.subject,
          };
}
