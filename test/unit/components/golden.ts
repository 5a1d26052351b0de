import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Document, isCollection, visit } from "yaml";
import type { BackendKindName } from "../../../stack/kinds";
import { DevStack, type ConfiguredDeployment } from "../devStack";
import type { Registered } from "./mocks";

/** Maximum length of a list or mapping that is written on one line. */
const LINE = 180;

/** Depth of a resource below its component among the nodes of the YAML document. Resources are never on one line. */
const RESOURCE_DEPTH = 5;

const goldenFile = (kind: BackendKindName): string => join(__dirname, `${kind}.golden.yaml`);

/**
 * Compares everything that the stack `dev` registers for its Deployments with one kind of backend, one per kind of
 * target, with the dump in the golden file. One workload per kind is enough, because the others only differ by name.
 */
export function describeGolden(kind: BackendKindName): void {
    describe(`the dev stack's Deployments with ${kind}`, () => {
        let dev: DevStack;

        before(async () => {
            dev = await DevStack.start();
        });
        after(() => dev.stop());

        it(`register exactly what ${kind}.golden.yaml contains`, async () => {
            const deployments = dev.deployments.filter(({ backend }) => backend.kind === kind);
            const targets = new Set(deployments.map(({ target }) => target.kind));
            assert.deepEqual([...targets].sort(), ["astronomer", "kubernetes"]);
            const { registered } = await dev.run(deployments.map(withOneWorkloadOfEachKind));
            const text = dump(registered);
            if (process.env.UPDATE_GOLDEN === "1") {
                await writeFile(goldenFile(kind), text);
            }
            const golden = await readFile(goldenFile(kind), "utf8");
            assert.equal(text, golden, "UPDATE_GOLDEN=1 npm run test:unit updates it");
        });
    });
}

function withOneWorkloadOfEachKind(deployment: ConfiguredDeployment): object {
    const { workloads, ...target } = deployment.target;
    const kinds = new Map(workloads?.map((workload) => [workload.kind, workload]));
    return { ...deployment, target: workloads === undefined ? target : { ...target, workloads: [...kinds.values()] } };
}

/** Returns each component with its resources below it: what they were registered with, without empty values. */
function dump(registered: readonly Registered[]): string {
    const left = new Map(registered.map((resource) => [`${resource.type}::${resource.name}`, resource]));
    assert.equal(left.size, registered.length, "two resources have the same type and name");
    const childrenOf = (parent: string): object =>
        Object.fromEntries(
            [...left.keys()]
                .filter((urn) => left.get(urn)?.parent === parent)
                .sort()
                .map((urn) => {
                    const resource = left.get(urn)!;
                    left.delete(urn);
                    return [urn, { ...nonEmptyProperties(resource), ...childrenOf(urn) }];
                }),
        );
    const document = new Document(childrenOf(""));
    assert.deepEqual([...left.keys()], [], "these have a parent that was not registered");
    visit(document, (_key, node, path) => {
        if (isCollection(node) && path.length > RESOURCE_DEPTH) {
            node.flow = JSON.stringify(node).length < LINE;
        }
    });
    return document.toString({ lineWidth: 0 }).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>");
}

function nonEmptyProperties(registered: Registered): object {
    const { inputs, secrets, ignoreChanges, replaceOnChanges, onError, additionalSecretOutputs, ...more } = registered;
    const { deletedWith, importId } = more;
    const all = {
        ...{ inputs, secrets, ignoreChanges, replaceOnChanges, onError, additionalSecretOutputs },
        ...{ deletedWith, importId },
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => Object.keys(value).length > 0));
}
