import assert from "node:assert/strict";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { openCluster } from "../../components/kubernetes/cluster";
import { podTemplateSecret } from "../../provider/podTemplateSecret";
import type { Context, Properties } from "../../provider/resourceType";
import type { Cluster } from "./cluster";
import { withoutVerb, type Rule } from "./documentedRole";

const VARIABLE = "AIRFLOW__SECRETS__BACKEND";
const context: Context = { log: () => undefined, signal: new AbortController().signal, timeoutMs: undefined };

/** Tests the resource type for the Secret of pod templates on a real API server. */
export function describePodTemplateSecret(namespace: string, kubeconfig: () => string): void {
    describe("the resource for the Secret of pod templates", () => {
        const name = "pod-env";
        let core: CoreV1Api;
        const resource = () => podTemplateSecret(() => openCluster({ kubeconfig: kubeconfig() }));
        const id = `${namespace}/${name}`;

        before(() => {
            const config = new KubeConfig();
            config.loadFromFile(kubeconfig());
            core = config.makeApiClient(CoreV1Api);
        });
        afterEach(async () => {
            const { items } = await core.listNamespacedSecret({ namespace });
            const [left] = items.filter(({ metadata }) => metadata?.name === name);
            if (left !== undefined) {
                await core.deleteNamespacedSecret({ namespace, name });
            }
        });

        const wanted = (values: Record<string, string>, more: Properties = {}): Properties => ({
            namespace,
            name,
            values,
            fieldManager: "ours",
            force: false,
            ...more,
        });

        async function found(): Promise<{ uid: string; values: Record<string, string> } | undefined> {
            const { items } = await core.listNamespacedSecret({ namespace });
            const live = items.find(({ metadata }) => metadata?.name === name);
            const decoded = Object.entries(live?.data ?? {}).map(([key, text]) => [key, Buffer.from(text, "base64")]);
            const values = Object.fromEntries(decoded.map(([key, value]) => [key, String(value)])) as Record<
                string,
                string
            >;
            return live === undefined ? undefined : { uid: live.metadata?.uid ?? "", values };
        }

        const createdBy = (fieldManager: string, stringData: Record<string, string>) =>
            core.createNamespacedSecret({ namespace, fieldManager, body: { metadata: { name }, stringData } });

        it("stays the same Secret when its content changes, and goes when it is deleted, twice", async () => {
            await resource().create(wanted({ [VARIABLE]: "a", OLD: "b" }), context);
            // An up that was interrupted does it again.
            await resource().create(wanted({ [VARIABLE]: "a", OLD: "b" }), context);
            const before = await found();
            await resource().update?.(id, wanted({ [VARIABLE]: "c √" }), wanted({}), context);
            assert.deepEqual(await found(), { uid: before?.uid, values: { [VARIABLE]: "c √" } });
            await resource().delete(id, wanted({}), context);
            assert.equal(await found(), undefined);
            await resource().delete(id, wanted({}), context);
            await resource().delete(id, wanted({}, { namespace: "gone" }), context);
        });

        it("is not taken from its owner, unless force is set; then it gives back what is not its own", async () => {
            await createdBy("helm", { COMPANY: "theirs", [VARIABLE]: "theirs" });
            await assert.rejects(
                resource().create(wanted({ [VARIABLE]: "a" }), context),
                /Secret "pod-env" in namespace .* already exists, and is managed by "helm"/,
            );
            await resource().create(wanted({ [VARIABLE]: "a" }, { force: true }), context);
            assert.deepEqual((await found())?.values, { COMPANY: "theirs", [VARIABLE]: "a" });
            await resource().delete(id, wanted({}), context);
            assert.deepEqual((await found())?.values, { COMPANY: "theirs" });
            await assert.rejects(resource().create(wanted({ [VARIABLE]: "a" }), context), /managed by "helm"/);
        });

        it("says by name what somebody has changed, and does not overwrite it", async () => {
            await resource().create(wanted({ [VARIABLE]: "a", OTHER: "b" }), context);
            const body = await core.readNamespacedSecret({ namespace, name });
            body.data = { [VARIABLE]: "dGhlaXJz" };
            await core.replaceNamespacedSecret({ namespace, name, body, fieldManager: "kubectl-edit" });
            const read = await resource().read(id, wanted({ [VARIABLE]: "a", OTHER: "b" }), {}, context);
            assert.deepEqual(read?.inputs.drift, {
                [VARIABLE]: 'set to another value by "kubectl-edit"',
                OTHER: "removed",
            });
            await assert.rejects(
                async () => resource().update?.(id, wanted({ [VARIABLE]: "c" }), {}, context),
                /managed by "kubectl-edit"/,
            );
            assert.deepEqual((await found())?.values, { [VARIABLE]: "theirs" });
        });
    });
}

/** Asserts that a service account can create and delete the Secret with these rules, and not with one verb less. */
export async function assertNeedsEveryVerb({
    cluster,
    kubeconfig,
    namespace,
    account,
    rules,
}: {
    readonly cluster: Cluster;
    /** Of the account. */
    readonly kubeconfig: string;
    readonly namespace: string;
    readonly account: string;
    readonly rules: readonly Rule[];
}): Promise<void> {
    const resource = podTemplateSecret(() => openCluster({ kubeconfig }));
    const inputs = { namespace, name: "another", values: { [VARIABLE]: "a" }, fieldManager: account, force: false };
    const createAndDelete = async (): Promise<void> => {
        await resource.create(inputs, context);
        await resource.delete(`${namespace}/another`, inputs, context);
    };
    for (const verb of ["get", "patch", "create", "delete"]) {
        await cluster.setRole(namespace, account, [...rules]);
        await cluster.waitUntilAllowed(namespace, account, verb, "secrets", true);
        await createAndDelete();
        await cluster.setRole(namespace, account, withoutVerb(rules, "secrets", verb));
        await cluster.waitUntilAllowed(namespace, account, verb, "secrets", false);
        await assert.rejects(
            createAndDelete(),
            new RegExp(`cannot \\w+ Secret "another" .*: 403 secrets .* cannot ${verb} resource`),
        );
    }
}
