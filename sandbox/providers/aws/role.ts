import {
    CreateRoleCommand,
    DeleteRolePermissionsBoundaryCommand,
    GetRoleCommand,
    GetRolePolicyCommand,
    ListAttachedRolePoliciesCommand,
    ListRolePoliciesCommand,
    PutRolePermissionsBoundaryCommand,
    TagRoleCommand,
    UntagRoleCommand,
    UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { iam, ignoreNotFound, requireFound, withErrorPrefix } from "./clients";
import { removeRole } from "./roleRemoval";
import { tagChanges, tagOutputs, toTags } from "./tags";

/** `aws:iam/role:Role` */
export const role: BridgedType = {
    properties: {
        arn: { computed: true },
        assumeRolePolicy: { input: "required", form: "json" },
        createDate: { computed: true },
        description: { input: "optional" },
        forceDetachPolicies: { input: "optional", default: false },
        inlinePolicies: { input: "optional", computed: true, form: "set" },
        managedPolicyArns: { input: "optional", computed: true, form: "set" },
        maxSessionDuration: { input: "optional", default: 3600 },
        name: { input: "required", replaces: "delete first" },
        namePrefix: { input: "optional", computed: true, replaces: "delete first" },
        path: { input: "optional", default: "/", replaces: "delete first" },
        permissionsBoundary: { input: "optional" },
        tags: { input: "optional", form: "map" },
        tagsAll: { computed: true, form: "map" },
        uniqueId: { computed: true },
    },
    async create(inputs) {
        const RoleName = String(inputs.name);
        const command = new CreateRoleCommand({
            RoleName,
            Path: String(inputs.path),
            AssumeRolePolicyDocument: String(inputs.assumeRolePolicy),
            MaxSessionDuration: Number(inputs.maxSessionDuration),
            PermissionsBoundary: inputs.permissionsBoundary as string | undefined,
            Tags: toTags(inputs.tags),
        });
        await withErrorPrefix(`creating IAM Role (${RoleName})`, iam.send(command));
        return { id: RoleName, outputs: requireFound(await find(RoleName, inputs)) };
    },
    read: find,
    async update(id, inputs, state) {
        if (inputs.assumeRolePolicy !== state.assumeRolePolicy) {
            const PolicyDocument = String(inputs.assumeRolePolicy);
            const command = new UpdateAssumeRolePolicyCommand({ RoleName: id, PolicyDocument });
            await withErrorPrefix(`updating IAM Role (${id}) assume role policy`, iam.send(command));
        }
        await setBoundary(id, inputs.permissionsBoundary, state.permissionsBoundary ?? undefined);
        await withErrorPrefix(`updating tags for IAM Role (${id})`, setTags(id, state.tags, inputs.tags));
        return requireFound(await find(id, inputs));
    },
    delete: (id, { forceDetachPolicies }) => removeRole(id, forceDetachPolicies === true),
};

async function setBoundary(RoleName: string, wanted: unknown, current: unknown): Promise<void> {
    if (wanted === current) {
        return;
    }
    if (typeof wanted === "string") {
        const command = new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: wanted });
        await withErrorPrefix(`updating IAM Role (${RoleName}) permissions boundary`, iam.send(command));
    } else {
        const command = new DeleteRolePermissionsBoundaryCommand({ RoleName });
        await withErrorPrefix(`deleting IAM Role (${RoleName}) permissions boundary`, iam.send(command));
    }
}

async function setTags(RoleName: string, before: unknown, after: unknown): Promise<void> {
    const { changed, removed } = tagChanges(before, after);
    if (removed.length > 0) {
        await iam.send(new UntagRoleCommand({ RoleName, TagKeys: [...removed] }));
    }
    if (changed.length > 0) {
        await iam.send(new TagRoleCommand({ RoleName, Tags: [...changed] }));
    }
}

async function find(RoleName: string, { forceDetachPolicies }: Properties): Promise<Properties | undefined> {
    const request = ignoreNotFound(iam.send(new GetRoleCommand({ RoleName })), "NoSuchEntityException");
    const found = (await withErrorPrefix(`reading IAM Role (${RoleName})`, request))?.Role;
    if (found === undefined) {
        return undefined;
    }
    return {
        ...{ name: found.RoleName, namePrefix: "", path: found.Path, forceDetachPolicies },
        ...{ description: found.Description ?? "", maxSessionDuration: found.MaxSessionDuration },
        permissionsBoundary: found.PermissionsBoundary?.PermissionsBoundaryArn,
        // AWS returns the document URL-encoded.
        assumeRolePolicy: decodeURIComponent(found.AssumeRolePolicyDocument ?? ""),
        ...(await policiesOf(RoleName)),
        ...{ arn: found.Arn, uniqueId: found.RoleId, createDate: found.CreateDate?.toISOString() },
        ...tagOutputs(found.Tags),
    };
}

/** Returns the inline policies and those that are attached, whoever put them there. */
async function policiesOf(RoleName: string): Promise<Properties> {
    const { PolicyNames = [] } = await withErrorPrefix(
        `reading inline policies for IAM role ${RoleName}, error`,
        iam.send(new ListRolePoliciesCommand({ RoleName })),
    );
    const inlinePolicies = await Promise.all(
        PolicyNames.map(async (PolicyName) => {
            const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
            return { name: PolicyName, policy: decodeURIComponent(PolicyDocument) };
        }),
    );
    const { AttachedPolicies = [] } = await withErrorPrefix(
        `reading policies attached to IAM Role (${RoleName})`,
        iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
    );
    return { inlinePolicies, managedPolicyArns: AttachedPolicies.flatMap(({ PolicyArn = [] }) => PolicyArn) };
}
