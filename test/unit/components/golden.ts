import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Document, isCollection, visit } from "yaml";
import type { BackendKindName } from "../../../stack/kinds";
import { DevStack, type ConfiguredDeployment } from "../devStack";
import type { Registered } from "./mocks";

/** What fits is written on one line. */
const LINE = 180;

/** Of a resource below its component, among the nodes of a YAML document: a resource has always lines of its own. */
const RESOURCE_DEPTH = 5;

const goldenFile = (kind: BackendKindName): string => join(__dirname, `${kind}.golden.yaml`);

/**
 * Compares everything that the stack `dev` registers for its Deployments of one kind of backend, one a target, with the
 * dump beside the test. Of the workloads of a kind, which only differ by name, one is enough.
 */
export function describeGolden(kind: BackendKindName): void {
    describe(`the dev stack's Deployments of ${kind}`, () => {
        let dev: DevStack;

        before(async () => {
            dev = await DevStack.start();
        });
        after(() => dev.stop());

        it(`get what ${kind}.golden.yaml says, to the letter`, async () => {
            const deployments = dev.deployments.filter(({ backend }) => backend.kind === kind);
            assert.deepEqual(deployments.map(({ target }) => target.kind).sort(), ["astronomer", "kubernetes"]);
            const { registered } = await dev.run(deployments.map(withOneWorkloadOfEachKind));
            const text = dump(registered);
            if (process.env.UPDATE_GOLDEN === "1") {
                await writeFile(goldenFile(kind), text);
            }
            const golden = await readFile(goldenFile(kind), "utf8");
            assert.equal(text, golden, "UPDATE_GOLDEN=1 npm run test:unit writes it anew");
        });
    });
}

function withOneWorkloadOfEachKind(deployment: ConfiguredDeployment): object {
    const { workloads, ...target } = deployment.target;
    const kinds = new Map(workloads?.map((workload) => [workload.kind, workload]));
    return { ...deployment, target: workloads === undefined ? target : { ...target, workloads: [...kinds.values()] } };
}

/** Each component, and below it what it made: what a resource was registered with, without what is empty. */
function dump(registered: readonly Registered[]): string {
    const left = new Map(registered.map((resource) => [`${resource.type}::${resource.name}`, resource]));
    assert.equal(left.size, registered.length, "two resources have one type and name");
    const below = (of: string): object =>
        Object.fromEntries(
            [...left.keys()]
                .filter((urn) => left.get(urn)?.parent === of)
                .sort()
                .map((urn) => {
                    const resource = left.get(urn)!;
                    left.delete(urn);
                    return [urn, { ...shown(resource), ...below(urn) }];
                }),
        );
    const document = new Document(below(""));
    assert.deepEqual([...left.keys()], [], "these have a parent that was never registered");
    visit(document, (_key, node, path) => {
        if (isCollection(node) && path.length > RESOURCE_DEPTH) {
            node.flow = JSON.stringify(node).length < LINE;
        }
    });
    return document.toString({ lineWidth: 0 }).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<end>");
}

function shown(registered: Registered): object {
    const { inputs, secrets, ignoreChanges, replaceOnChanges, onError, additionalSecretOutputs, ...more } = registered;
    const { deletedWith, importId } = more;
    const all = {
        ...{ inputs, secrets, ignoreChanges, replaceOnChanges, onError, additionalSecretOutputs },
        ...{ deletedWith, importId },
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => Object.keys(value).length > 0));
}
