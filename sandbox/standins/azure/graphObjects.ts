import { notImplemented } from "./errors";
import { applicationOf, type Application, type Password, type ServicePrincipal, type State } from "./state";

/**
 * Applications and service principals as Microsoft Graph returns them: with every property, also those that nobody has
 * set, since clients compare all of them.
 */

type Properties = Readonly<Record<string, unknown>>;

/** The properties that a client can set on an application, with their defaults. */
const applicationDefaults: Properties = {
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

/** The properties that a client can set on a service principal, with their defaults. */
const principalDefaults: Properties = {
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

/** The properties that only the beta of Graph has, with their defaults. */
const betaApplicationDefaults: Properties = { oauth2RequirePostResponse: false };

export type Version = "v1.0" | "beta";

/** Returns the properties of a request that an application keeps. */
export function applicationProperties(given: Properties): Properties {
    return pick(given, [...Object.keys(applicationDefaults), ...Object.keys(betaApplicationDefaults)]);
}

/** Returns the properties of a request that a service principal keeps. */
export function principalProperties(given: Properties): Properties {
    return pick(given, Object.keys(principalDefaults));
}

export function showApplication(application: Application, version: Version): Properties {
    const { id, appId, displayName, createdDateTime, passwords, set } = application;
    const defaults = { ...applicationDefaults, ...(version === "beta" ? betaApplicationDefaults : {}) };
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
        ...mergeProperties(defaults, pick(set ?? {}, Object.keys(defaults))),
    };
}

/** Returns a service principal, with the properties that it takes from its application. */
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
        ...mergeProperties(principalDefaults, set ?? {}),
    };
}

export function showPassword({ keyId, displayName, startDateTime, endDateTime, hint }: Password): Properties {
    return { keyId, displayName, startDateTime, endDateTime, hint, customKeyIdentifier: null, secretText: null };
}

/** Applies `$select`. The id is always included. */
export function applySelect(shown: Properties, query: URLSearchParams): Properties {
    const names = query.get("$select");
    return names === null ? shown : pick(shown, ["id", ...names.split(",")]);
}

/** Applies `$filter`, which can be `displayName eq '…'` or `appId eq '…'`. */
export function applyFilter<T extends Application | ServicePrincipal>(
    query: URLSearchParams,
    all: Record<string, T>,
): T[] {
    const filter = query.get("$filter");
    const [, property = "", value = ""] = /^(displayName|appId) eq '((?:[^']|'')*)'$/.exec(filter ?? "") ?? [];
    if (filter !== null && property === "") {
        throw notImplemented(`filter ${filter}`);
    }
    return Object.values(all).filter(
        (each) =>
            filter === null || (each as unknown as Record<string, string>)[property] === value.replaceAll("''", "'"),
    );
}

export function showOwners({ owners }: Application | ServicePrincipal): object[] {
    return owners.map((id) => ({ "@odata.type": "#microsoft.graph.servicePrincipal", id }));
}

/** Merges the properties of a request into the current ones; objects recursively. */
export function mergeProperties(before: Properties, given: Properties): Properties {
    const now = Object.entries(given).map(([name, value]): [string, unknown] => {
        const old = before[name];
        return [name, isMapping(old) && isMapping(value) ? mergeProperties(old, value) : value];
    });
    return { ...before, ...Object.fromEntries(now) };
}

function pick(properties: Properties, names: readonly string[]): Properties {
    return Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name)));
}

function isMapping(value: unknown): value is Properties {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
