import { parse } from "@marcbachmann/cel-js";
import { authorize } from "./authorization";
import { GoogleError } from "./errors";
import type { WorkloadIdentity } from "./workloadIdentity";
import { newEtag, type Binding, type Policy, type GoogleStore } from "./state";

/** Google's limit: each occurrence of a member counts. */
const MEMBERS_PER_POLICY = 1500;

/**
 * The Resource Manager v1 and Cloud Billing v1 calls for the project, its IAM policy and its billing that the stack,
 * verify and the contract tests make.
 */
export class Projects {
    constructor(
        private readonly store: GoogleStore,
        private readonly workloadIdentity: WorkloadIdentity,
    ) {}

    get(caller: string, id: string): object {
        this.allow(caller, "resourcemanager.projects.get", id);
        const { project } = this.store.state;
        return {
            projectId: project.id,
            projectNumber: project.number,
            name: project.id,
            lifecycleState: "ACTIVE",
        };
    }

    /** Needs the permission to get the project. The sandbox's project has no billing account. */
    getBillingInfo(caller: string, id: string): object {
        this.allow(caller, "resourcemanager.projects.get", id);
        const { project } = this.store.state;
        return { name: `projects/${project.id}/billingInfo`, projectId: project.id, billingEnabled: false };
    }

    getIamPolicy(caller: string, id: string, body: { options?: { requestedPolicyVersion?: number } }): Policy {
        this.allow(caller, "resourcemanager.projects.getIamPolicy", id);
        const { policy } = this.store.state;
        if (policy.bindings.some(({ condition }) => condition !== undefined)) {
            const requested = body.options?.requestedPolicyVersion ?? 1;
            if (requested < 3) {
                const what = `getIamPolicy with requestedPolicyVersion ${requested} of a policy with conditions`;
                throw new GoogleError("UNIMPLEMENTED", `the stand-in does not support ${what}`);
            }
        }
        return policy;
    }

    /** Refused if the policy was written since it was read (etag), so that concurrent writers lose nothing. */
    setIamPolicy(caller: string, id: string, body: { policy?: Partial<Policy> }): Policy {
        this.allow(caller, "resourcemanager.projects.setIamPolicy", id);
        const { policy = {} } = body;
        const bindings = (policy.bindings ?? []).filter(({ members }) => members.length > 0);
        const hasConditions = bindings.some(({ condition }) => condition !== undefined);
        if (policy.etag !== undefined && policy.etag !== this.store.state.policy.etag) {
            throw new GoogleError(
                "ABORTED",
                "There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.",
            );
        }
        if (hasConditions && policy.version !== 3) {
            throw new GoogleError("INVALID_ARGUMENT", "Policies with conditions must have version 3.");
        }
        bindings.forEach((binding) => {
            this.check(binding);
        });
        const members = bindings.reduce((sum, binding) => sum + binding.members.length, 0);
        if (members > MEMBERS_PER_POLICY) {
            const [count, most] = [members, MEMBERS_PER_POLICY].map((number) => number.toLocaleString("en-US"));
            throw new GoogleError(
                "INVALID_ARGUMENT",
                `The number of members in the policy (${count ?? ""}) is larger than the maximum allowed size ${most ?? ""}.`,
            );
        }
        this.store.state.policy = { version: hasConditions ? 3 : 1, etag: newEtag(), bindings };
        this.store.save();
        return this.store.state.policy;
    }

    /** Enforces an organisation policy constraint on this project, or not. */
    setOrgPolicy(
        caller: string,
        id: string,
        { policy }: { policy?: { constraint?: string; booleanPolicy?: { enforced?: boolean } } },
    ): object {
        this.allow(caller, "orgpolicy.policy.set", id);
        this.store.state.enforced[policy?.constraint ?? ""] = policy?.booleanPolicy?.enforced === true;
        this.store.save();
        return policy ?? {};
    }

    private check({ members, condition }: Binding): void {
        const { accounts } = this.store.state;
        for (const member of members) {
            const [, email] = /^serviceAccount:(.+)$/.exec(member) ?? [];
            if (email !== undefined && accounts[email] === undefined) {
                throw new GoogleError("INVALID_ARGUMENT", `Service account ${email} does not exist.`);
            }
            this.workloadIdentity.checkMember(member);
        }
        if (condition !== undefined) {
            try {
                parse(condition.expression);
            } catch (error) {
                const reason = error instanceof Error ? error.message : String(error);
                throw new GoogleError("INVALID_ARGUMENT", `Condition expression is invalid: ${reason}`);
            }
        }
    }

    /** As in Google Cloud, a missing project and one without permission give the same error. */
    private allow(caller: string, permission: string, id: string): void {
        const { project } = this.store.state;
        if (id !== project.id && id !== project.number) {
            throw new GoogleError("PERMISSION_DENIED", "The caller does not have permission");
        }
        authorize(this.store, caller, permission, {
            name: `projects/${project.number}`,
            type: "cloudresourcemanager.googleapis.com/Project",
            service: "cloudresourcemanager.googleapis.com",
        });
    }
}
