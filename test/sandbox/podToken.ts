import assert from "node:assert/strict";
import {
    AppsV1Api,
    KubeConfig,
    PatchStrategy,
    setHeaderOptions,
    type V1PodSpec,
    type V1Volume,
} from "@kubernetes/client-node";
import { openCluster } from "../../components/kubernetes/cluster";
import { TOKEN_DIR, TOKEN_VOLUME } from "../../components/kubernetes/tokenVolume";
import { workloadPatch } from "../../provider/workloadPatch";
import type { Context, Properties } from "../../provider/resourceType";

const VARIABLE = "AIRFLOW__SECRETS__BACKEND";
const context: Context = { log: () => undefined, signal: new AbortController().signal, timeoutMs: undefined };
const theirs = { name: "logs", emptyDir: {} };
const theirMount = { name: "logs", mountPath: "/logs" };
const configMap: V1Volume = { name: TOKEN_VOLUME, configMap: { name: "theirs" } };

/** Tests on a real API server that the token is put into pods, with whatever else they have. */
export function describePodToken(namespace: string, name: string, kubeconfig: () => string): void {
    describe("the token in the pods", () => {
        let apps: AppsV1Api;
        const container = "dag-processor";
        const patch = () => workloadPatch(() => openCluster({ kubeconfig: kubeconfig() }));
        const id = `${namespace}/Deployment/${name}`;

        before(() => {
            const config = new KubeConfig();
            config.loadFromFile(kubeconfig());
            apps = config.makeApiClient(AppsV1Api);
        });
        afterEach(async () => {
            await patch().delete(id, wanted(), context);
            await applyAs("flux", {});
        });

        const wanted = (more: Properties = {}): Properties => ({
            kind: "Deployment",
            namespace,
            name,
            containers: [container],
            env: { [VARIABLE]: { secretKeyRef: { name: "ours", key: VARIABLE } } },
            fieldManager: "ours",
            force: false,
            waitForRollout: false,
            token: { audience: "vault" },
            ...more,
        });
        const withoutToken = (): Properties =>
            Object.fromEntries(Object.entries(wanted()).filter(([key]) => key !== "token"));

        async function pod(): Promise<{ volumes: readonly V1Volume[]; mounts: readonly string[] }> {
            const { spec } = await apps.readNamespacedDeployment({ namespace, name });
            const { volumes = [], containers = [] } = (spec?.template.spec ?? {}) as Partial<V1PodSpec>;
            const mounts = containers[0]?.volumeMounts ?? [];
            return { volumes, mounts: mounts.map((each) => `${each.name} ${each.mountPath}`) };
        }

        /** Applies a part of the pod's spec as another field manager. */
        async function applyAs(
            fieldManager: string,
            spec: { volumes?: object[]; mounts?: object[] },
            force = true,
        ): Promise<void> {
            const { volumes, mounts } = spec;
            const containers = mounts === undefined ? [] : [{ name: container, volumeMounts: mounts }];
            const podSpec = {
                ...(volumes === undefined ? {} : { volumes }),
                ...(mounts === undefined ? {} : { containers }),
            };
            const body = {
                apiVersion: "apps/v1",
                kind: "Deployment",
                metadata: { name, namespace },
                ...(Object.keys(podSpec).length === 0 ? {} : { spec: { template: { spec: podSpec } } }),
            };
            const options = setHeaderOptions("Content-Type", PatchStrategy.ServerSideApply);
            await apps.patchNamespacedDeployment({ namespace, name, body, fieldManager, force }, options);
        }

        /** Changes the volume's audience as `kubectl edit` would. */
        async function editAudience(audience: string): Promise<void> {
            const body = await apps.readNamespacedDeployment({ namespace, name });
            const volume = body.spec?.template.spec?.volumes?.find((each) => each.name === TOKEN_VOLUME);
            volume!.projected!.sources![0]!.serviceAccountToken!.audience = audience;
            await apps.replaceNamespacedDeployment({ namespace, name, body, fieldManager: "kubectl-edit" });
        }

        const drift = async (): Promise<unknown> => (await patch().read(id, wanted(), {}, context))?.inputs.drift;

        it("comes beside the volumes of others, with its audience, and goes when it is not wanted any more", async () => {
            await applyAs("flux", { volumes: [theirs], mounts: [theirMount] });
            for (const remove of [
                () => patch().delete(id, wanted(), context),
                () => patch().update?.(id, withoutToken(), wanted(), context),
            ]) {
                await patch().create(wanted(), context);
                const { volumes, mounts } = await pod();
                const [source] = volumes.find((each) => each.name === TOKEN_VOLUME)?.projected?.sources ?? [];
                const { audience, expirationSeconds, path } = source?.serviceAccountToken ?? { path: "" };
                assert.deepEqual([audience, expirationSeconds, path], ["vault", 3600, "token"]);
                assert.deepEqual([...mounts].sort(), [`${TOKEN_VOLUME} ${TOKEN_DIR}`, "logs /logs"]);
                assert.equal(await drift(), undefined);
                await remove();
                const after = await pod();
                assert.deepEqual(
                    after.volumes.map((each) => each.name),
                    ["logs"],
                );
                assert.deepEqual(after.mounts, ["logs /logs"]);
            }
        });

        it("gets another audience in place", async () => {
            await patch().create(wanted(), context);
            await patch().update?.(id, wanted({ token: { audience: "other" } }), wanted(), context);
            const { volumes } = await pod();
            assert.equal(volumes[0]?.projected?.sources?.[0]?.serviceAccountToken?.audience, "other");
        });

        it("is set again after somebody has changed or removed it, and its drift says what they did", async () => {
            await patch().create(wanted(), context);
            await editAudience("theirs");
            assert.deepEqual(await drift(), { [`volume ${TOKEN_VOLUME}`]: "changed" });
            await assert.rejects(
                patch().create(wanted(), context),
                /has a volume "airflow-secrets-backend-token" with other content, owned by "kubectl-edit".*force: true/,
            );
            await patch().create(wanted({ force: true }), context);
            assert.equal(await drift(), undefined);
            const body = await apps.readNamespacedDeployment({ namespace, name });
            body.spec!.template.spec!.volumes = [];
            body.spec!.template.spec!.containers[0]!.volumeMounts = [];
            await apps.replaceNamespacedDeployment({ namespace, name, body, fieldManager: "kubectl-edit" });
            assert.deepEqual(await drift(), {
                [`volume ${TOKEN_VOLUME}`]: "removed",
                [`${container}: mount of ${TOKEN_VOLUME}`]: "removed",
            });
            await patch().create(wanted(), context);
            assert.equal(await drift(), undefined);
        });

        it("is refused where something else has its name or its folder, and nothing changes", async () => {
            await applyAs("flux", { volumes: [configMap], mounts: [{ name: TOKEN_VOLUME, mountPath: "/theirs" }] });
            for (const force of [false, true]) {
                await assert.rejects(
                    patch().create(wanted({ force }), context),
                    /has a volume "airflow-secrets-backend-token" of another type, owned by "flux"\. Rename it there/,
                );
            }
            const mounts = [{ name: "logs", mountPath: TOKEN_DIR }];
            await applyAs("flux", { volumes: [theirs], mounts });
            await assert.rejects(
                async () => patch().preview?.(wanted()),
                /container "dag-processor": something else is mounted at .*, owned by "flux"\. Mount it elsewhere/,
            );
            assert.deepEqual((await pod()).mounts, [`logs ${TOKEN_DIR}`]);
        });

        it("stays as somebody else has changed it when it is deleted", async () => {
            await patch().create(wanted(), context);
            await editAudience("theirs");
            await patch().delete(id, wanted(), context);
            const { volumes } = await pod();
            assert.equal(volumes[0]?.projected?.sources?.[0]?.serviceAccountToken?.audience, "theirs");
            const body = await apps.readNamespacedDeployment({ namespace, name });
            body.spec!.template.spec!.volumes = [];
            body.spec!.template.spec!.containers[0]!.volumeMounts = [];
            await apps.replaceNamespacedDeployment({ namespace, name, body, fieldManager: "kubectl-edit" });
        });
    });
}
