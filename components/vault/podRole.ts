import { AuthBackendRole as JwtRole } from "@pulumi/vault/jwt/authBackendRole";
import { AuthBackendRole as KubernetesRole } from "@pulumi/vault/kubernetes/authBackendRole";
import { importing } from "../existing";
import { identityResource } from "../names";
import type { Current } from "../owner";
import { subjectsOf, type TrustedPods } from "../trustedPods";
import { podKwargs } from "./airflow";
import type { KeylessLoginName } from "./logins";
import type { MadeLogin, RoleArgs } from "./roleArgs";

/** Creates a role with the Deployment's policy for the tokens of its pods. There is no credential. */
export function createPodRole(current: Current, args: RoleArgs, type: KeylessLoginName, pods: TrustedPods): MadeLogin {
    const name = identityResource(current, "role");
    const inputs = { ...args.mount, ...args.settings };
    // The env vars contain the role's name, so they wait for the test secrets too: the proof reads these.
    const opts = { ...importing(args.opts, args.claims, name), dependsOn: [...args.testSecrets] };
    const role =
        type === "kubernetes"
            ? new KubernetesRole(name, { ...inputs, ...kubernetesTrust(pods) }, opts)
            : new JwtRole(name, { ...inputs, ...jwtTrust(pods) }, opts);
    return { kwargs: podKwargs(type, role.roleName, pods.tokenFile), credentialEnds: undefined };
}

/** Vault asks the cluster of the auth method whether a token is valid. */
function kubernetesTrust({ serviceAccounts, namespace, audience }: TrustedPods) {
    return {
        boundServiceAccountNames: [...serviceAccounts],
        boundServiceAccountNamespaces: [namespace],
        audience,
    };
}

/** Vault checks a token's signature with the keys of the auth method's issuer. */
function jwtTrust(pods: TrustedPods) {
    return {
        roleType: "jwt",
        userClaim: "sub",
        boundAudiences: [pods.audience],
        // A list, with commas: no name of a service account has one.
        boundClaims: { sub: subjectsOf(pods).join(",") },
    };
}
