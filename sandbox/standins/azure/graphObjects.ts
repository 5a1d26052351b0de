import { notBuilt } from "./errors";
import { applicationOf, type Application, type Password, type ServicePrincipal, type State } from "./state";

/**
 * Applications and service principals as Microsoft Graph tells them: every property, also what nobody has set. Clients
 * compare with all of them.
 */

type Properties = Readonly<Record<string, unknown>>;

/** What a client can set on an application, as it is when nobody has. */
const unsetApplication: Properties = {
    api: {
        acceptMappedClaims: null,
        knownClientApplications: [],
        oauth2PermissionScopes: [],
        preAuthorizedApplications: [],
        requestedAccessTokenVersion: null,
    },
    appRoles: [],
    description: null,
    groupMembershipClaims: null,
    identifierUris: [],
    info: { logoUrl: null, marketingUrl: null, privacyStatementUrl: null, supportUrl: null, termsOfServiceUrl: null },
    isDeviceOnlyAuthSupported: null,
    isFallbackPublicClient: null,
    notes: null,
    optionalClaims: null,
    publicClient: { redirectUris: [] },
    requiredResourceAccess: [],
    serviceManagementReference: null,
    signInAudience: "AzureADMyOrg",
    spa: { redirectUris: [] },
    tags: [],
    web: {
        homePageUrl: null,
        implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
        logoutUrl: null,
        redirectUris: [],
    },
};

/** The same of a service principal. */
const unsetPrincipal: Properties = {
    accountEnabled: true,
    alternativeNames: [],
    appRoleAssignmentRequired: false,
    description: null,
    loginUrl: null,
    notes: null,
    notificationEmailAddresses: [],
    preferredSingleSignOnMode: null,
    samlSingleSignOnSettings: null,
    tags: [],
};

/** Names of the properties that only the beta of Graph tells, with what they are when nobody has set them. */
const betaApplication: Properties = { oauth2RequirePostResponse: false };

export type Version = "v1.0" | "beta";

/** Of what a client sends, the properties that an application keeps. */
export function settableOnApplication(given: Properties): Properties {
    return pick(given, [...Object.keys(unsetApplication), ...Object.keys(betaApplication)]);
}

export function settableOnPrincipal(given: Properties): Properties {
    return pick(given, Object.keys(unsetPrincipal));
}

export function showApplication(application: Application, version: Version): Properties {
    const { id, appId, displayName, createdDateTime, passwords, set } = application;
    const unset = { ...unsetApplication, ...(version === "beta" ? betaApplication : {}) };
    return {
        id,
        appId,
        displayName,
        createdDateTime,
        deletedDateTime: null,
        applicationTemplateId: null,
        disabledByMicrosoftStatus: null,
        publisherDomain: "contoso.onmicrosoft.com",
        keyCredentials: [],
        passwordCredentials: passwords.map(showPassword),
        ...merged(unset, pick(set ?? {}, Object.keys(unset))),
    };
}

/** It has its application's name, and what others need to know of that. */
export function showPrincipal(state: State, { id, appId, set }: ServicePrincipal): Properties {
    const application = applicationOf(state, appId);
    const of = application === undefined ? undefined : showApplication(application, "v1.0");
    return {
        id,
        appId,
        displayName: application?.displayName,
        appDisplayName: application?.displayName,
        deletedDateTime: null,
        applicationTemplateId: null,
        appOwnerOrganizationId: state.tenantId,
        appRoles: of?.appRoles ?? [],
        disabledByMicrosoftStatus: null,
        homepage: null,
        logoutUrl: null,
        keyCredentials: [],
        oauth2PermissionScopes: [],
        passwordCredentials: [],
        replyUrls: [],
        samlMetadataUrl: null,
        servicePrincipalNames: [appId],
        servicePrincipalType: "Application",
        signInAudience: of?.signInAudience,
        ...merged(unsetPrincipal, set ?? {}),
    };
}

export function showPassword({ keyId, displayName, startDateTime, endDateTime, hint }: Password): Properties {
    return { keyId, displayName, startDateTime, endDateTime, hint, customKeyIdentifier: null, secretText: null };
}

/** `$select`: the id is told in any case. */
export function selected(shown: Properties, query: URLSearchParams): Properties {
    const names = query.get("$select");
    return names === null ? shown : pick(shown, ["id", ...names.split(",")]);
}

/** `$filter=displayName eq '…'` and `appId eq '…'`. */
export function filtered<T extends Application | ServicePrincipal>(
    query: URLSearchParams,
    all: Record<string, T>,
): T[] {
    const filter = query.get("$filter");
    const [, property = "", value = ""] = /^(displayName|appId) eq '((?:[^']|'')*)'$/.exec(filter ?? "") ?? [];
    if (filter !== null && property === "") {
        throw notBuilt(`filter ${filter}`);
    }
    return Object.values(all).filter(
        (each) =>
            filter === null || (each as unknown as Record<string, string>)[property] === value.replaceAll("''", "'"),
    );
}

export function showOwners({ owners }: Application | ServicePrincipal): object[] {
    return owners.map((id) => ({ "@odata.type": "#microsoft.graph.servicePrincipal", id }));
}

/** What is there, with what a client says now: of an object, the parts that it names. */
export function merged(before: Properties, given: Properties): Properties {
    const now = Object.entries(given).map(([name, value]): [string, unknown] => {
        const old = before[name];
        return [name, isMapping(old) && isMapping(value) ? merged(old, value) : value];
    });
    return { ...before, ...Object.fromEntries(now) };
}

function pick(properties: Properties, names: readonly string[]): Properties {
    return Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name)));
}

function isMapping(value: unknown): value is Properties {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
